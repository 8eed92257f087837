// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.PluginLoading;

/// <summary>A plugin as it lies in its folder.</summary>
/// <param name="Manifest">Its manifest.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="Fingerprint">The folder's contents when it was looked at; null for one that is used in place.</param>
internal sealed record InstalledPlugin(PluginManifest Manifest, string Folder, FolderFingerprint? Fingerprint);
