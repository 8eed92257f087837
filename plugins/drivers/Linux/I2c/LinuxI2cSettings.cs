// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Drivers.Linux;

/// <summary>The options of an I2C target.</summary>
/// <param name="Owner">For messages.</param>
/// <param name="Bus">The kernel's number of the bus: 1 for <c>/dev/i2c-1</c>.</param>
/// <param name="Address">The target's address.</param>
/// <param name="IsTenBit">Whether the address has ten bits.</param>
/// <param name="TimeoutMs">How long the adapter waits for a stuck bus; 0 for its own time. It is the bus's, not the target's.</param>
internal sealed record LinuxI2cSettings(string Owner, int Bus, ushort Address, bool IsTenBit, int TimeoutMs);
