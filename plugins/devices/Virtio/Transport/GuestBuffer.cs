// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Devices.Virtio;

/// <summary>A piece of guest memory as a descriptor names it, unchecked.</summary>
/// <param name="Address">Guest address of its first byte.</param>
/// <param name="LengthBytes">Its length.</param>
internal readonly record struct GuestBuffer(ulong Address, uint LengthBytes);
