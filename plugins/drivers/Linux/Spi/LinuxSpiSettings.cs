// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Drivers.Linux;

/// <summary>The options of an SPI device.</summary>
/// <param name="Owner">For messages.</param>
/// <param name="Bus">The kernel's number of the bus: 0 for <c>/dev/spidev0.1</c>.</param>
/// <param name="ChipSelect">Its chip select: 1 for <c>/dev/spidev0.1</c>.</param>
/// <param name="MaximumHz">The highest clock that the wiring stands; 0 for the device tree's.</param>
/// <param name="Mode">Mode bits beyond those that a transfer says: the select's polarity, three wires.</param>
internal sealed record LinuxSpiSettings(string Owner, int Bus, int ChipSelect, uint MaximumHz, uint Mode);
