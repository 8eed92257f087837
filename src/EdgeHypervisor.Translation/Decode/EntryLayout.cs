// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>What a core's decoded instructions look like, as far as the kit looks at them: they begin with the number of what executes them, 16 bits.</summary>
/// <param name="LengthBytes">Their length, a power of two, 64 at most.</param>
/// <param name="RegionHandler">Their first 16 bits where they stand for a region.</param>
/// <param name="RegionNumber">Where such an entry has the region's number: the offset of 32 bits.</param>
public readonly record struct EntryLayout(int LengthBytes, ushort RegionHandler, int RegionNumber)
{
    /// <summary>The number in an entry that stands for a region; -1 in any other.</summary>
    // SAFETY: an entry is as long as this says.
    internal unsafe int RegionIn(nint entry) => *(ushort*)entry == RegionHandler ? *(int*)(entry + RegionNumber) : -1;
}
