// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>Asks for a move: <c>POST /v1/moves</c>.</summary>
/// <param name="Vm">The VM.</param>
/// <param name="Board">Where to.</param>
/// <param name="ClientToken">Makes the request idempotent: a second one with the same token gives the first one's job.</param>
public sealed record MoveRequest(string Vm, string Board, string? ClientToken = null);
