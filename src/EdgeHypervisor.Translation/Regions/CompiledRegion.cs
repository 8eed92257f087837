// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>A region as machine code.</summary>
/// <param name="Root">The address it was grown from, which is also its entry 0.</param>
/// <param name="Code">The code.</param>
/// <param name="Entries">The addresses at which it can be entered; the index is what <see cref="RegionCode"/> takes.</param>
/// <param name="Pages">The numbers of the 4 KiB pages its instructions came from.</param>
/// <param name="InstructionCount">Guest instructions in it.</param>
public sealed record CompiledRegion(
    ulong Root, RegionCode Code, ulong[] Entries, IReadOnlyList<ulong> Pages, int InstructionCount)
{
    /// <summary>Where its blocks begin; of the baseline compiler's regions only.</summary>
    internal ulong[] Blocks { get; init; } = [];

    /// <summary>Whether one begins at an address.</summary>
    internal bool HasBlockAt(ulong address)
    {
        foreach (var block in Blocks)
        {
            if (block == address) return true;
        }
        return false;
    }
}
