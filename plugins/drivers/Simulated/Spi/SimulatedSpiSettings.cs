// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>The options of a simulated SPI device.</summary>
internal sealed record SimulatedSpiSettings(string Owner, int Bus, int ChipSelect, uint HighestClockHz);
