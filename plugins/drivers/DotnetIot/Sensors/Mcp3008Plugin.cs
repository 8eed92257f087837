// SPDX-License-Identifier: Apache-2.0
using System.Device.Spi;
using EdgeHypervisor.Abstractions;
using Iot.Device.Adc;

namespace EdgeHypervisor.Drivers.DotnetIot;

/// <summary>
/// A channel of an MCP3008, 10 bits. Options: <c>bus</c> (0), <c>chipSelect</c> (0), <c>channel</c> (0 to 7),
/// <c>referenceMillivolts</c> (3,300).
/// </summary>
public sealed class Mcp3008Plugin : IotPlugin
{
    private const int LastChannel = 7;

    // MCP3008 data sheet, electrical characteristics: 1.35 MHz at 2.7 V.
    private const int ClockHz = 1_350_000;

    private protected override PeripheralKind Kind => PeripheralKind.Adc;

    private protected override IIotPart Read(ComponentOptions options) => new Part(
        SpiPlace.Read(options),
        (int)options.GetInteger("channel", null, 0, LastChannel),
        options.GetInteger("referenceMillivolts", 3_300, 1, 5_500));

    private sealed record Part(SpiPlace Place, int Channel, long ReferenceMillivolts) : IIotPart
    {
        public string Contention => Place.Contention;

        public IPeripheral Open(IDriverContext context, IIotHardware hardware)
        {
            var chip = context.Share(
                $"dotnet-iot.mcp3008:{Place}",
                () => new Mcp3008(hardware.OpenSpi(new SpiConnectionSettings(Place.Bus, Place.ChipSelect) { ClockFrequency = ClockHz })));
            // MCP3008 data sheet, equation 4-2: the code is 1,024 times the input over the reference.
            return new IotAnalogInput(() => chip.Read(Channel) * ReferenceMillivolts * 1000 / 1024);
        }
    }
}
