// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>A plugin: <c>GET /v1/plugins</c>.</summary>
/// <param name="Id">The id in its manifest.</param>
/// <param name="Kind"><c>core</c>, <c>device</c>, <c>driver</c>, <c>transport</c>.</param>
/// <param name="Version">Its version.</param>
/// <param name="Sdk">The SDK versions it works with.</param>
/// <param name="Status"><c>available</c> (found, loaded when first needed), <c>loaded</c>, <c>unloaded</c> (taken out of service), <c>retiring</c> (replaced; a VM that started with it still runs), <c>unloading</c> (its memory is about to go), <c>remaining</c> (the same, but compiled ahead of time: its memory goes with the service), <c>superseded</c> (a newer one is beside it) or <c>broken</c>.</param>
/// <param name="Provides">What it offers: <c>device.uart.16550</c>.</param>
/// <param name="Folder">Where it was loaded from.</param>
/// <param name="Description">What it is, in its author's words.</param>
/// <param name="Users">How many components of VMs and boards use it now.</param>
/// <param name="Problem">Why it is broken; null when it is not.</param>
public sealed record PluginInfo(
    string Id,
    string Kind,
    string Version,
    string Sdk,
    string Status,
    IReadOnlyList<string> Provides,
    string Folder,
    string? Description = null,
    int Users = 0,
    string? Problem = null);
