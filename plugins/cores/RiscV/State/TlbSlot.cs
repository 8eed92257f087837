// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>A remembered translation from a virtual page to a page of RAM.</summary>
internal struct TlbSlot
{
    /// <summary>The address of the page, or <see cref="FetchSlot.Empty"/>.</summary>
    public ulong Page;

    /// <summary>The host address of a byte is its virtual address plus this.</summary>
    public ulong HostBias;
}
