// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>What each of the first 64 registers of a core can hold at a point of a region.</summary>
public readonly struct RegisterRanges
{
    private readonly ValueRange[] _ranges;

    internal RegisterRanges(ValueRange[] ranges) => _ranges = ranges;

    /// <summary>What a register can hold.</summary>
    /// <param name="register">Its number, below 64.</param>
    public ValueRange this[int register] => _ranges[register];
}
