// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Translation;

/// <summary>The one access that an instruction makes, at a register plus a displacement.</summary>
/// <param name="Register">The register, by its number.</param>
/// <param name="Displacement">What is added to it.</param>
/// <param name="Width">How much is accessed.</param>
/// <param name="IsStore">Whether it is written.</param>
public readonly record struct MemoryOperand(int Register, int Displacement, AccessWidth Width, bool IsStore);
