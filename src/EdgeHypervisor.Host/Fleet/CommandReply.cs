// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Host;

/// <summary>The answer to a command, on its response topic. Just one of them is there.</summary>
/// <param name="Job">The job that was begun.</param>
/// <param name="Plan">What would happen.</param>
/// <param name="Error">Why nothing was begun.</param>
internal sealed record CommandReply(MoveJob? Job = null, VmPlan? Plan = null, string? Error = null);
