// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>A device of a VM.</summary>
/// <param name="Name"><c>uart0</c>.</param>
/// <param name="Plugin">What made it.</param>
/// <param name="Address">Where the guest finds it, in hexadecimal; null where it has no window.</param>
public sealed record DeviceInfo(string Name, string Plugin, string? Address = null);
