// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>Where a guest was whenever the service looked.</summary>
/// <param name="DurationMs">Host time that was watched.</param>
/// <param name="Samples">Looks at which it had something to do.</param>
/// <param name="IdleSamples">Looks at which it waited for an interrupt.</param>
/// <param name="Symbols">How many functions and labels of its firmware are known.</param>
/// <param name="Places">Where it was how often, the most frequent first.</param>
public sealed record ProfileInfo(long DurationMs, long Samples, long IdleSamples, int Symbols, IReadOnlyList<ProfilePlace> Places);
