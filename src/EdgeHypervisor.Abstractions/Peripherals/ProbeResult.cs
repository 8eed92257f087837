// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>What a probe saw.</summary>
/// <param name="Model">The hardware's name, where this probe can tell; empty where not.</param>
/// <param name="Findings">What could be opened, and what could be if nobody had it.</param>
/// <param name="Remarks">For people: buses that were not asked, files that could not be read.</param>
public sealed record ProbeResult(string Model, IReadOnlyList<ProbeFinding> Findings, IReadOnlyList<string> Remarks);
