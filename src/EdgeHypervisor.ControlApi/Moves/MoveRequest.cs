// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>Asks for a move: <c>POST /v1/moves</c>. What is not said is as the service's configuration has it.</summary>
/// <param name="Vm">The VM.</param>
/// <param name="Board">Where to.</param>
/// <param name="ClientToken">Makes the request idempotent: a second one with the same token gives the first one's job.</param>
/// <param name="Live">False: stop it first, then send.</param>
/// <param name="MaxRounds">Rounds in which pages are sent while it runs, at most.</param>
/// <param name="DowntimeTargetMs">Freeze as soon as the rest would take no longer than this.</param>
/// <param name="MaxCopySeconds">Freeze in any case after this time.</param>
/// <param name="MaxThrottlePercent">How much a guest may be slowed down that writes faster than can be sent.</param>
/// <param name="BytesPerSecond">The most bytes a second; 0: as fast as it goes.</param>
/// <param name="By">Who asks.</param>
public sealed record MoveRequest(
    string Vm,
    string Board,
    string? ClientToken = null,
    bool? Live = null,
    int? MaxRounds = null,
    int? DowntimeTargetMs = null,
    int? MaxCopySeconds = null,
    int? MaxThrottlePercent = null,
    long? BytesPerSecond = null,
    string? By = null);
