// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>What an instruction leaves in the register it sets, and how its code leaves it there.</summary>
public enum RegisterForm : byte
{
    /// <summary>Any value, set with <see cref="RegionEmitter.Set"/>.</summary>
    Whole,

    /// <summary>A sign-extended 32-bit value, set with <see cref="RegionEmitter.Set"/>.</summary>
    Signed32,

    /// <summary>The same, set with <see cref="RegionEmitter.SetWord"/>.</summary>
    Word,
}
