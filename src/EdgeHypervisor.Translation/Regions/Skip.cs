// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>A block that a branch skips, to be executed in any case.</summary>
/// <param name="Block">The block.</param>
/// <param name="Target">Where control comes together again.</param>
/// <param name="Register">The register that it computes.</param>
internal sealed record Skip<TInstruction>(RegionPlan<TInstruction>.Block Block, BlockKey Target, int Register)
    where TInstruction : class;
