// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Host;

/// <summary>Asks a board to move a VM away: <c>command/move</c>.</summary>
/// <param name="Vm">The VM's name.</param>
/// <param name="To">The board to move it to.</param>
/// <param name="Token">Makes the command idempotent: the same token again gives the same job.</param>
internal sealed record MoveCommand(string Vm, string To, string? Token = null);
