// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>A core or device of a machine, and the plugin it came from.</summary>
/// <param name="Name">Its name in the machine: <c>uart0</c>, <c>cpu0</c>.</param>
/// <param name="PluginId">The plugin's id: <c>device.uart.16550</c>.</param>
/// <param name="PluginVersion">The plugin's version.</param>
public sealed record ComponentInfo(string Name, string PluginId, string PluginVersion)
{
    /// <summary>As messages name it.</summary>
    public override string ToString() => $"{Name} ({PluginId} {PluginVersion})";
}
