// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Where a guest was whenever somebody looked.</summary>
/// <param name="Duration">Host time that was watched.</param>
/// <param name="Samples">Looks at which it had something to do.</param>
/// <param name="IdleSamples">Looks at which it waited for an interrupt.</param>
/// <param name="Places">Where it was how often, the most frequent first.</param>
public sealed record ProfileReport(TimeSpan Duration, long Samples, long IdleSamples, IReadOnlyList<ProfiledPlace> Places);
