// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>How often the guest reached a device since the VM was built.</summary>
/// <param name="Device">The device's name.</param>
/// <param name="Reads">Reads of its window.</param>
/// <param name="Writes">Writes to its window.</param>
/// <param name="Unassigned">Accesses to offsets that mean nothing, or that the device could not take.</param>
public readonly record struct DeviceAccesses(string Device, long Reads, long Writes, long Unassigned);
