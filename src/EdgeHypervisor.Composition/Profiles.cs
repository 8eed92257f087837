// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Composition;

/// <summary>Profiles as the control API tells of them.</summary>
public static class Profiles
{
    /// <summary>With so many places at the most.</summary>
    public static ProfileInfo Describe(ProfileReport report, SymbolTable symbols, int top) => new(
        (long)report.Duration.TotalMilliseconds, report.Samples, report.IdleSamples, symbols.Count,
        [.. report.Places.Take(top).Select(place => new ProfilePlace(place.Place.Name, $"0x{place.Place.Address:x8}", place.Samples))]);
}
