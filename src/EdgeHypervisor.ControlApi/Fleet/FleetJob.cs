// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>A job that concerns several VMs, seen to by one board, which remembers it across restarts.</summary>
/// <param name="Id">The job.</param>
/// <param name="Verb"><c>evacuate</c>, <c>rebalance</c>, <c>rollout</c>, <c>update</c>.</param>
/// <param name="Board">The board that sees to it.</param>
/// <param name="State"><c>queued</c>, <c>in-progress</c>, <c>succeeded</c>, <c>failed</c>, <c>cancelled</c>.</param>
/// <param name="Steps">What is done with each VM.</param>
/// <param name="Reason">Why it failed, or what is worth knowing.</param>
/// <param name="By">Who asked.</param>
public sealed record FleetJob(
    string Id, string Verb, string Board, string State, IReadOnlyList<FleetStep> Steps, string? Reason = null, string? By = null)
{
    /// <summary>Whether it is over.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsFinished => State is "succeeded" or "failed" or "cancelled";
}
