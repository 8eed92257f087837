// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>A place where a region is entered: stands in for the decoded instruction there.</summary>
/// <param name="region">The region; null once it is dropped.</param>
/// <param name="index">Which of its entries.</param>
/// <param name="address">The virtual address it was translated for.</param>
/// <param name="place">The decoded instruction's place.</param>
/// <param name="original">The decoded instruction.</param>
internal readonly unsafe struct RegionEntry<TEntry>(InstalledRegion? region, int index, ulong address, TEntry* place, TEntry original)
    where TEntry : unmanaged
{
    public InstalledRegion? Region { get; } = region;

    public int Index { get; } = index;

    public ulong Address { get; } = address;

    public TEntry* Place { get; } = place;

    public TEntry Original { get; } = original;
}
