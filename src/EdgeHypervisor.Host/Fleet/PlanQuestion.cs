// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Host;

/// <summary>Asks a board whether it could run a VM: <c>command/plan</c>.</summary>
/// <param name="Manifest">The manifest's text.</param>
/// <param name="Machine">The machine's text.</param>
internal sealed record PlanQuestion(string Manifest, string Machine);
