// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>All about a VM: <c>GET /v1/vms/{vm}</c>.</summary>
/// <param name="Summary">As in the list.</param>
/// <param name="Image">The digest of its firmware.</param>
/// <param name="Cores">Its cores.</param>
/// <param name="Devices">Its devices.</param>
/// <param name="Mappings">Which port leads where.</param>
/// <param name="Console">The device that its console is attached to; null when it has none.</param>
/// <param name="Manifest">The manifest as it was given.</param>
public sealed record VmDetails(
    VmSummary Summary,
    string Image,
    IReadOnlyList<CoreInfo> Cores,
    IReadOnlyList<DeviceInfo> Devices,
    IReadOnlyList<MappingInfo> Mappings,
    string Manifest,
    string? Console = null);
