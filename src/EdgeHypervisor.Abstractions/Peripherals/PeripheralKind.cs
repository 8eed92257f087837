// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>What a driver's peripherals are, known before any is opened.</summary>
public enum PeripheralKind : byte
{
    /// <summary><see cref="IGpioLine"/>.</summary>
    Gpio,

    /// <summary><see cref="II2cTarget"/>.</summary>
    I2c,

    /// <summary><see cref="ISpiDevice"/>.</summary>
    Spi,

    /// <summary><see cref="IPwmChannel"/>.</summary>
    Pwm,

    /// <summary><see cref="ISerialPort"/>.</summary>
    Serial,

    /// <summary><see cref="IAdcChannel"/>.</summary>
    Adc,

    /// <summary><see cref="ILed"/>.</summary>
    Led,
}
