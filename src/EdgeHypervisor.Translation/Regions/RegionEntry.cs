// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>A place where a region is entered: stands in for the decoded instruction there.</summary>
/// <param name="region">The region.</param>
/// <param name="index">Which of its entries.</param>
/// <param name="address">The virtual address it was translated for.</param>
/// <param name="place">The decoded instruction's place.</param>
/// <param name="original">A copy of the decoded instruction.</param>
internal sealed class RegionEntry(InstalledRegion region, int index, ulong address, nint place, nint original)
{
    /// <summary>The region; null once it is dropped.</summary>
    public InstalledRegion? Region { get; set; } = region;

    public int Index { get; } = index;

    public ulong Address { get; } = address;

    public nint Place { get; } = place;

    public nint Original { get; } = original;
}
