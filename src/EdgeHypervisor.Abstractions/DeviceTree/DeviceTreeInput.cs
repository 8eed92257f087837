// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>An interrupt input of a core as the device tree numbers it.</summary>
/// <param name="Name">What wires call it: <c>meip</c>.</param>
/// <param name="Number">Its number in the architecture.</param>
public sealed record DeviceTreeInput(string Name, uint Number);
