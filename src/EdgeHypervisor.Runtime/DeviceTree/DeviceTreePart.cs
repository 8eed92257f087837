// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>A device or core as the device tree needs it.</summary>
/// <param name="name">Its name in the machine.</param>
/// <param name="description">What it says of itself.</param>
internal sealed class DeviceTreePart(string name, DeviceTreeDescription description)
{
    public string Name { get; } = name;

    public DeviceTreeDescription Description { get; } = description;

    /// <summary>Where its window begins; null for one without registers.</summary>
    public ulong? At { get; init; }

    /// <summary>Length of the window.</summary>
    public uint WindowBytes { get; init; }

    /// <summary>Whether others are wired to it by number.</summary>
    public bool IsInterruptController { get; init; }

    /// <summary>Where its outputs lead.</summary>
    public IReadOnlyList<WireSpec> Wires { get; init; } = [];

    /// <summary>The number by which other nodes refer to it; 0 for one that none refers to.</summary>
    public uint Handle { get; set; }

    /// <summary>Where an output leads; null when it is not wired.</summary>
    public WireSpec? FindWire(string output)
    {
        for (var i = 0; i < Wires.Count; i++)
        {
            if (Wires[i].Output == output) return Wires[i];
        }
        return null;
    }
}
