// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Lending;

/// <summary>What a device asks for at a port.</summary>
internal enum PortKind : byte
{
    Gpio = 1,
    I2c,
    Spi,
    Pwm,
    Adc,
    Uart,
}
