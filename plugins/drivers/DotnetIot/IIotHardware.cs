// SPDX-License-Identifier: Apache-2.0
using System.Device.Gpio;
using System.Device.I2c;
using System.Device.Pwm;
using System.Device.Spi;

namespace EdgeHypervisor.Drivers.DotnetIot;

/// <summary>Where System.Device.Gpio's objects come from: the board, or a test's fakes of its abstract classes.</summary>
internal interface IIotHardware
{
    /// <summary>The lines of a chip; null for the one that the package picks on this board.</summary>
    GpioController OpenGpio(int? chip);

    /// <summary>A target on a bus.</summary>
    I2cDevice OpenI2c(int bus, int address);

    /// <summary>A device behind a chip select.</summary>
    SpiDevice OpenSpi(SpiConnectionSettings settings);

    /// <summary>A channel of a PWM chip, stopped.</summary>
    PwmChannel OpenPwm(int chip, int channel);
}
