// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>A VM in a list: <c>GET /v1/vms</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State"><c>stopped</c>, <c>running</c>, <c>paused</c>, <c>faulted</c>, <c>moving</c>.</param>
/// <param name="Machine">The machine it is.</param>
/// <param name="MemoryBytes">Guest RAM.</param>
/// <param name="Epoch">The ownership number; grows with every handover.</param>
/// <param name="GuestTimeNs">The VM's own time.</param>
/// <param name="Instructions">Instructions retired, over all cores.</param>
/// <param name="SavedAt">When its state was last saved; null: never.</param>
/// <param name="Reason">Why it is in this state, where there is more to say.</param>
/// <param name="ExitCode">What the guest gave when it switched itself off.</param>
public sealed record VmSummary(
    string Name,
    string State,
    string Machine,
    long MemoryBytes,
    ulong Epoch,
    long GuestTimeNs,
    long Instructions,
    DateTimeOffset? SavedAt = null,
    string? Reason = null,
    int? ExitCode = null);
