// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Lending;

/// <summary>What a lender says to one mapping.</summary>
/// <param name="Port">The port.</param>
/// <param name="Problem">What speaks against it; empty when nothing does.</param>
/// <param name="Detail">What it leads to there, for people.</param>
/// <param name="Kind">What the peripheral is; null when that is not known.</param>
internal sealed record PortAnswer(string Port, string Problem, string Detail, PeripheralKind? Kind);
