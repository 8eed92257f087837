// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>What an instruction does with status bits, such as condition flags, each bit under a number of the core's.</summary>
/// <param name="Reads">Bits that it may read.</param>
/// <param name="Writes">Bits that it sets for sure.</param>
/// <param name="LiveOutside">Bits that somebody may still read when control leaves the region behind it.</param>
public readonly record struct StatusUse(uint Reads, uint Writes, uint LiveOutside);
