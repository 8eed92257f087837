// SPDX-License-Identifier: Apache-2.0
using System.Device.Gpio;
using System.Device.Gpio.Drivers;
using System.Device.I2c;
using System.Device.Pwm;
using System.Device.Spi;

namespace EdgeHypervisor.Drivers.DotnetIot;

/// <summary>The board that we run on.</summary>
internal sealed class IotHardware : IIotHardware
{
    private const int FrequencyUntilSetHz = 1_000;

    public GpioController OpenGpio(int? chip) =>
        chip is { } number ? new GpioController(new LibGpiodDriver(number)) : new GpioController();

    public I2cDevice OpenI2c(int bus, int address) => I2cDevice.Create(new I2cConnectionSettings(bus, address));

    public SpiDevice OpenSpi(SpiConnectionSettings settings) => SpiDevice.Create(settings);

    public PwmChannel OpenPwm(int chip, int channel) => PwmChannel.Create(chip, channel, FrequencyUntilSetHz, 0);
}
