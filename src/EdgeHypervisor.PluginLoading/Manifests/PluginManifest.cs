// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.PluginLoading;

/// <summary>A plugin's <c>plugin.json</c>, checked field by field.</summary>
/// <param name="Id">Lower-case words joined by hyphens: <c>in-process</c>.</param>
/// <param name="Kind">One of <see cref="PluginKind.All"/>.</param>
/// <param name="Version">Two to four numbers joined by dots.</param>
/// <param name="Sdk">The SDK versions it works with.</param>
/// <param name="Assembly">The file name of its assembly, in the manifest's own folder.</param>
/// <param name="Provides">The ids that the assembly declares; each begins with the kind.</param>
/// <param name="Description">One line for people.</param>
internal sealed record PluginManifest(
    string Id,
    string Kind,
    Version Version,
    SdkRange Sdk,
    string Assembly,
    string[] Provides,
    string Description);
