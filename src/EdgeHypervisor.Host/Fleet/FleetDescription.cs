// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Host;

/// <summary>What a board says of itself: <c>$description</c>.</summary>
/// <param name="Model">The name of its description.</param>
/// <param name="Architecture">Its host's: <c>x64</c>, <c>arm64</c>.</param>
/// <param name="Sdk">The plugin SDK it offers.</param>
/// <param name="Roles">Its peripherals.</param>
/// <param name="Machines">The machines it knows.</param>
/// <param name="Labels">What its owner calls it by: <c>site</c>: <c>roof</c>.</param>
internal sealed record FleetDescription(
    string Model, string Architecture, string Sdk, IReadOnlyList<string> Roles, IReadOnlyList<string> Machines, IReadOnlyDictionary<string, string>? Labels = null);
