// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>A few instructions that compute a register, and that a branch skips.</summary>
/// <param name="Register">The register.</param>
/// <param name="Write">Writes them.</param>
/// <param name="Join">Where control goes behind them and over them.</param>
internal sealed record SkippedBlock(int Register, Action Write, Way Join);
