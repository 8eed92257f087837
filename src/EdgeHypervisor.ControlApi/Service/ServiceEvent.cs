// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>Something that happened: one line of <c>GET /v1/events</c>.</summary>
/// <param name="Sequence">Grows by one with each event of this run of the service.</param>
/// <param name="At">When.</param>
/// <param name="Kind">What: <c>vm-running</c>, <c>plugin-loaded</c>, <c>move-succeeded</c>, …</param>
/// <param name="Subject">To whom: a VM, a plugin, a move.</param>
/// <param name="Detail">The rest, in words.</param>
public sealed record ServiceEvent(long Sequence, DateTimeOffset At, string Kind, string Subject, string? Detail = null);
