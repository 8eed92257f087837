// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>The answer to a command, on its response topic. Of the fields those are there that answer it.</summary>
/// <param name="Job">The move that was begun, or asked for.</param>
/// <param name="FleetJob">The job of several VMs that was begun, or asked for.</param>
/// <param name="Plan">What would happen.</param>
/// <param name="Moves">All moves that the board remembers.</param>
/// <param name="FleetJobs">All jobs of several VMs that it remembers.</param>
/// <param name="Received">How many bytes of an image are here.</param>
/// <param name="Error">Why nothing was begun.</param>
public sealed record FleetReply(
    MoveJob? Job = null,
    FleetJob? FleetJob = null,
    VmPlan? Plan = null,
    IReadOnlyList<MoveJob>? Moves = null,
    IReadOnlyList<FleetJob>? FleetJobs = null,
    long? Received = null,
    string? Error = null);
