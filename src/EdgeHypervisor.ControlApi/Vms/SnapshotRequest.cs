// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>Names a snapshot: to make it (<c>POST /v1/vms/{vm}/snapshots</c>) or to go back to it (<c>POST /v1/vms/{vm}/restore</c>).</summary>
/// <param name="Name">Lower-case letters, digits and dashes.</param>
public sealed record SnapshotRequest(string Name);
