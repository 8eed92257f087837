// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>The memory that an instruction accesses, in one piece, at a register plus a displacement.</summary>
/// <param name="Register">The register, by its number.</param>
/// <param name="Displacement">What is added to it.</param>
/// <param name="LengthBytes">How much is accessed, from there upwards.</param>
/// <param name="IsStore">Whether it is written.</param>
public readonly record struct MemoryOperand(int Register, int Displacement, int LengthBytes, bool IsStore);
