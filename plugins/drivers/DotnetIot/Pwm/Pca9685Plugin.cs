// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using Iot.Device.Pwm;

namespace EdgeHypervisor.Drivers.DotnetIot;

/// <summary>
/// A channel of a PCA9685. Options: <c>bus</c> (1), <c>address</c> (0x40), <c>channel</c> (0 to 15), <c>frequencyHz</c> (50,
/// 24 to 1,526): the chip has one frequency for all its channels, so that a guest's period counts only for the ratio.
/// </summary>
public sealed class Pca9685Plugin : IotPlugin
{
    private const int DefaultAddress = 0x40;
    private const int LastChannel = 15;

    private protected override PeripheralKind Kind => PeripheralKind.Pwm;

    private protected override IIotPart Read(ComponentOptions options) => new Part(
        I2cPlace.Read(options, DefaultAddress),
        (int)options.GetInteger("channel", null, 0, LastChannel),
        (int)options.GetInteger("frequencyHz", 50, 24, 1526));

    private sealed record Part(I2cPlace Place, int Channel, int FrequencyHz) : IIotPart
    {
        public string Contention => Place.Contention;

        public IPeripheral Open(IDriverContext context, IIotHardware hardware)
        {
            var chip = context.Share(
                $"dotnet-iot.pca9685:{Place}",
                () => new Pca9685(hardware.OpenI2c(Place.Bus, Place.Address), FrequencyHz));
            return new IotPwmChannel(chip.CreatePwmChannel(Channel), fixedFrequency: true);
        }
    }
}
