// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Translation;

/// <summary>
/// One entry of a core's software TLB in native memory: which virtual page may be reached straight in RAM. A core keeps
/// one table for loads and one for stores; a page stands in them while accesses of that kind are allowed.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct TlbEntry
{
    /// <summary>A page that no address is in: pages are even.</summary>
    public const ulong Empty = 1;

    /// <summary>Bytes of an entry, as a shift: 16.</summary>
    public const int SizeShift = 4;

    /// <summary>The virtual address of the page, or <see cref="Empty"/>.</summary>
    public ulong Page;

    /// <summary>What makes a virtual address a host address.</summary>
    public ulong HostBias;
}
