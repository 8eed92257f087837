// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>Makes a VM: <c>POST /v1/vms</c>.</summary>
/// <param name="Manifest">The manifest's text.</param>
/// <param name="ManifestFile">Its path on the asker's side, for messages, and where <paramref name="Image"/> is null to find the firmware from.</param>
/// <param name="Image">The digest of firmware uploaded before (<c>PUT /v1/images/{digest}</c>); null: the manifest's path, on the board.</param>
/// <param name="Start">Whether to start it at once.</param>
public sealed record VmCreateRequest(string Manifest, string? ManifestFile = null, string? Image = null, bool Start = false);
