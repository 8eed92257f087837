// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>A device or core as the device tree needs it.</summary>
/// <param name="Name">Its name in the machine.</param>
/// <param name="Description">What it says of itself.</param>
internal sealed record DeviceTreePart(string Name, DeviceTreeDescription Description)
{
    /// <summary>Where its window begins; null for one without registers.</summary>
    public ulong? At { get; init; }

    /// <summary>Length of the window.</summary>
    public uint WindowBytes { get; init; }

    /// <summary>Whether others are wired to it by number.</summary>
    public bool IsInterruptController { get; init; }

    /// <summary>Where its outputs lead.</summary>
    public IReadOnlyList<WireSpec> Wires { get; init; } = [];
}
