// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>Another board, as it says itself: <c>GET /v1/fleet/boards</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State"><c>ready</c>, <c>sleeping</c>, <c>lost</c>, …</param>
/// <param name="Architecture">Its host's.</param>
/// <param name="Roles">The roles it has.</param>
/// <param name="Vms">The VMs it says it owns.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="BusyPercent">How much of its threads its VMs use.</param>
/// <param name="FreeMemoryBytes">Memory for further guests.</param>
public sealed record FleetBoard(
    string Name, string State, IReadOnlyList<string> Roles, IReadOnlyList<string> Vms, string? Architecture = null,
    IReadOnlyDictionary<string, string>? Labels = null, double? BusyPercent = null, long? FreeMemoryBytes = null);
