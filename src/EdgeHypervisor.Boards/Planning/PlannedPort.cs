// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Boards;

/// <summary>What one port of a VM binds to on a board.</summary>
/// <param name="Mapping">What the manifest asks for.</param>
/// <param name="Peripherals">What the board has for it; a role that is missing is left out.</param>
/// <param name="Kind">What they are; null where nothing was found.</param>
/// <param name="Remote">Where it leads when another board has the peripheral; null when this one has it.</param>
public sealed record PlannedPort(
    PortMapping Mapping, IReadOnlyList<PeripheralDescription> Peripherals, PeripheralKind? Kind, RemotePeripheral? Remote = null)
{
    /// <summary>What the board's file says of the pins: wiring, voltage, what else they can do, who else is on them.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
