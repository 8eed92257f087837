// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>How a slice ended.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Instructions">Instructions retired in this slice.</param>
/// <param name="Detail">For a fault: what happened, in words for the owner of the firmware.</param>
public readonly record struct RunResult(StopReason Reason, long Instructions, string? Detail = null);
