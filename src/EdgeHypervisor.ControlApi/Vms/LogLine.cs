// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>A line of a VM's log: what the service noted about it, not what the guest printed.</summary>
/// <param name="At">When.</param>
/// <param name="Level"><c>info</c>, <c>warning</c>, <c>error</c>.</param>
/// <param name="Text">What.</param>
public sealed record LogLine(DateTimeOffset At, string Level, string Text);
