// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>A block that a branch skips, to be executed in any case.</summary>
/// <param name="block">The block.</param>
/// <param name="register">The register that it computes.</param>
internal sealed class Skip<TInstruction>(RegionPlan<TInstruction>.Block block, int register)
    where TInstruction : class
{
    public RegionPlan<TInstruction>.Block Block { get; } = block;

    public int Register { get; } = register;

    /// <summary>Where control comes together again.</summary>
    public RegionPlan<TInstruction>.Block Target => Block.Behind!;
}
