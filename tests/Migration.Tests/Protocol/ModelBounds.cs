// SPDX-License-Identifier: Apache-2.0
namespace Migration.Tests;

/// <summary>How far an exploration goes.</summary>
/// <param name="Attempts">How often a move is begun, by whoever owns the VM then: also the way back.</param>
/// <param name="Crashes">How often a board crashes, at any step; restarts are free.</param>
/// <param name="Reclaims">How often a source asks for a committed VM back.</param>
internal sealed record ModelBounds(int Attempts, int Crashes, int Reclaims);
