// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>How an SPI transfer is clocked.</summary>
/// <param name="ClockPolarity">CPOL: the idle level of the clock.</param>
/// <param name="ClockPhase">CPHA: sample at the second edge.</param>
/// <param name="LeastSignificantBitFirst">The bit order.</param>
/// <param name="BitsPerWord">4 to 32.</param>
/// <param name="ClockHz">The highest clock in hertz; 0 for the peripheral's own limit.</param>
public readonly record struct SpiSettings(
    bool ClockPolarity = false,
    bool ClockPhase = false,
    bool LeastSignificantBitFirst = false,
    byte BitsPerWord = 8,
    uint ClockHz = 0);
