// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>A device of a machine to be built.</summary>
public sealed record DeviceBlueprint
{
    /// <summary>Its name in the machine: <c>uart0</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The plugin that makes it.</summary>
    public required string Plugin { get; init; }

    /// <summary>Where its window begins; null for a device without one.</summary>
    public ulong? At { get; init; }

    /// <summary>Its options.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>Where its interrupt outputs lead.</summary>
    public IReadOnlyList<WireSpec> Wires { get; init; } = [];
}
