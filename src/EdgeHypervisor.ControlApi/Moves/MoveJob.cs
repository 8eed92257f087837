// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>A move: <c>GET /v1/moves</c>; each change is a line of <c>GET /v1/moves/{id}/events</c>.</summary>
/// <param name="Id">The job.</param>
/// <param name="Vm">The VM.</param>
/// <param name="From">The board it leaves.</param>
/// <param name="To">The board it goes to.</param>
/// <param name="State"><c>queued</c>, <c>in-progress</c>, <c>succeeded</c>, <c>failed</c>, <c>cancelled</c>.</param>
/// <param name="Phase">What it is doing: <c>prepare</c>, <c>copy</c>, <c>commit</c>, <c>done</c>.</param>
/// <param name="SentBytes">Bytes sent.</param>
/// <param name="TotalBytes">Bytes to send, as far as known.</param>
/// <param name="DowntimeMs">How long the VM stood still, once known.</param>
/// <param name="TotalMs">How long the whole move took, once known.</param>
/// <param name="Reason">Why it failed.</param>
public sealed record MoveJob(
    string Id,
    string Vm,
    string From,
    string To,
    string State,
    string Phase,
    long SentBytes = 0,
    long TotalBytes = 0,
    double? DowntimeMs = null,
    double? TotalMs = null,
    string? Reason = null)
{
    /// <summary>Whether it is over.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsFinished => State is "succeeded" or "failed" or "cancelled";
}
