// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>How a probe is to look.</summary>
/// <param name="Root">The folder that holds the host's <c>dev</c>, <c>sys</c> and <c>proc</c>.</param>
/// <param name="AsksBuses">Whether buses may be used to ask who answers; some chips take that badly.</param>
public sealed record ProbeRequest(string Root = "/", bool AsksBuses = false);
