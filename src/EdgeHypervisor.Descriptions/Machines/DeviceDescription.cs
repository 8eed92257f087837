// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Descriptions;

/// <summary>A virtual device of a machine.</summary>
public sealed record DeviceDescription
{
    /// <summary>Its name in the machine: <c>uart0</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The plugin's id: <c>device.uart.16550</c>.</summary>
    public required string Plugin { get; init; }

    /// <summary>Guest-physical address of its window; null for a device without one.</summary>
    public ulong? At { get; init; }

    /// <summary>What the plugin has to know.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>Where its interrupt outputs lead; ranges are written out.</summary>
    public IReadOnlyList<WireDescription> Wires { get; init; } = [];

    /// <summary>Where it stands.</summary>
    public SourceLocation Where { get; init; } = SourceLocation.None;

    /// <summary>The options as a device reads them; each call makes its own, since asking is recorded.</summary>
    public ComponentOptions CreateOptions() => new($"device {Name}", Options);
}
