// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>Loads a plugin, or replaces one: <c>POST /v1/plugins</c>, <c>PUT /v1/plugins/{id}</c>.</summary>
/// <param name="Folder">The plugin's folder on the board, absolute.</param>
public sealed record PluginRequest(string Folder);
