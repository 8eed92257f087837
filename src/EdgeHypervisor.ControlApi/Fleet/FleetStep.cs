// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>What a job of the fleet does with one VM.</summary>
/// <param name="Vm">The VM.</param>
/// <param name="Board">The board that has it when the job begins.</param>
/// <param name="State">As a job's.</param>
/// <param name="To">The board that it goes to, once known.</param>
/// <param name="Group">In a rollout: the group, from 1 on.</param>
/// <param name="DowntimeMs">How long it stood still, once known.</param>
/// <param name="Reason">Why it failed, or was not begun.</param>
public sealed record FleetStep(
    string Vm, string Board, string State, string? To = null, int? Group = null, double? DowntimeMs = null, string? Reason = null)
{
    /// <summary>Whether it is over.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsFinished => State is "succeeded" or "failed" or "cancelled";
}
