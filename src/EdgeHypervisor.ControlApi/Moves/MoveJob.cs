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
/// <param name="DiskMs">What of the downtime was waiting for the disks' durable writes, once known.</param>
/// <param name="Round">The round of pages that is being sent; 0 is the first.</param>
/// <param name="Percent">How far this round is, 0 to 100.</param>
/// <param name="BytesPerSecond">How fast it goes.</param>
/// <param name="ExpectedDowntimeMs">How long the VM would stand still if it were frozen now.</param>
/// <param name="ThrottlePercent">How much the guest is slowed down because it writes faster than can be sent.</param>
/// <param name="By">Who asked.</param>
/// <param name="Timeline">What was done when while the VM stood still, once known.</param>
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
    string? Reason = null,
    double? DiskMs = null,
    int Round = 0,
    int Percent = 0,
    long BytesPerSecond = 0,
    double? ExpectedDowntimeMs = null,
    int ThrottlePercent = 0,
    string? By = null,
    IReadOnlyList<MoveStepTime>? Timeline = null)
{
    /// <summary>Whether it is over.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsFinished => State is "succeeded" or "failed" or "cancelled";
}
