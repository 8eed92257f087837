// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <summary>A place where a region is entered: stands in for the decoded instruction there.</summary>
/// <param name="Region">The region; null once it is dropped.</param>
/// <param name="Index">Which of its entries.</param>
/// <param name="Address">The virtual address it was translated for.</param>
/// <param name="Place">The decoded instruction's place.</param>
/// <param name="Original">The decoded instruction.</param>
internal readonly unsafe struct RegionEntry(InstalledRegion? region, int index, ulong address, Instruction* place, Instruction original)
{
    public InstalledRegion? Region { get; } = region;

    public int Index { get; } = index;

    public ulong Address { get; } = address;

    public Instruction* Place { get; } = place;

    public Instruction Original { get; } = original;
}
