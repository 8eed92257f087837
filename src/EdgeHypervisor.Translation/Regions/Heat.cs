// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace EdgeHypervisor.Translation;

/// <summary>
/// How often jumps have gone to a place, modulo 65,536, in native memory so that handlers reach them. Places share them by address, so that a collision only makes one warm earlier.
/// </summary>
public static unsafe class Heat
{
    /// <summary>
    /// Jumps to a place before the baseline compiler is worth it, which takes as long for an instruction as interpreting it some hundred times.
    /// </summary>
    public const ushort HotJumps = 700;

    /// <summary>Counters of a core.</summary>
    public const int Slots = 4096;

    /// <summary>The counters of a core, all cold. Those of code that never runs take no memory.</summary>
    public static ushort* Allocate() => (ushort*)ZeroPages.Allocate(Slots * sizeof(ushort));

    /// <summary>All cold again, and without memory until they count.</summary>
    public static void Clear(ushort* counters) => ZeroPages.Clear((nint)counters, Slots * sizeof(ushort));

    /// <summary>Gives them back.</summary>
    public static void Free(ushort* counters) => ZeroPages.Free((nint)counters, Slots * sizeof(ushort));

    /// <summary>Counts a jump to a place; true when that makes it hot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Count(ushort* counter) => ++*counter == HotJumps;

    /// <summary>The counter of a place among a core's decoded instructions.</summary>
    /// <param name="counters">The core's.</param>
    /// <param name="place">The place.</param>
    /// <param name="entryBytes">The length of a decoded instruction.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort* Of(ushort* counters, void* place, int entryBytes) => counters + ((nuint)place / (nuint)entryBytes & (Slots - 1));
}
