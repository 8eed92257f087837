// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>An instruction as the architecture's manual writes it.</summary>
/// <param name="Bits">The bits; of Thumb the first halfword is the upper one.</param>
/// <param name="LengthBytes">2 or 4.</param>
public readonly record struct InstructionBits(uint Bits, int LengthBytes);
