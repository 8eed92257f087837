// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.PluginLoading;

/// <summary>What is known about one version of a plugin at the moment of asking.</summary>
public sealed record PluginInfo
{
    /// <summary>The plugin's id; the folder's name where the manifest cannot be read.</summary>
    public required string Id { get; init; }

    /// <summary><c>core</c>, <c>device</c>, <c>driver</c> or <c>transport</c>; null where the manifest cannot be read.</summary>
    public string? Kind { get; init; }

    /// <summary>Its version; null where the manifest cannot be read.</summary>
    public Version? Version { get; init; }

    /// <summary>The SDK versions it says it works with, as written: <c>&gt;=1.0 &lt;2.0</c>.</summary>
    public string? Sdk { get; init; }

    /// <summary>What it is, in its author's words.</summary>
    public string Description { get; init; } = "";

    /// <summary>The ids it provides: <c>device.uart.16550</c>.</summary>
    public IReadOnlyList<string> Provides { get; init; } = [];

    /// <summary>The folder it lies in.</summary>
    public required string Folder { get; init; }

    /// <summary>Where it stands.</summary>
    public required PluginStatus Status { get; init; }

    /// <summary>Why it is broken; null when it is not.</summary>
    public string? Reason { get; init; }

    /// <summary>How many leases are out: one for each component of each running VM, driver and connection.</summary>
    public int Leases { get; init; }
}
