// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.DotnetIot;

/// <summary>A device behind an SPI chip select. Options: <c>bus</c> (0), <c>chipSelect</c> (0), <c>maximumHz</c> (500,000).</summary>
public sealed class IotSpiPlugin : IotPlugin
{
    private protected override PeripheralKind Kind => PeripheralKind.Spi;

    private protected override IIotPart Read(ComponentOptions options) =>
        new Part(SpiPlace.Read(options), (int)options.GetInteger("maximumHz", 500_000, 1, 125_000_000));

    private sealed record Part(SpiPlace Place, int MaximumHz) : IIotPart
    {
        public string Contention => Place.Contention;

        public IPeripheral Open(IDriverContext context, IIotHardware hardware) => new IotSpiDevice(hardware, Place, MaximumHz);
    }
}
