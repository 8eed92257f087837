// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>Opens simulated SPI devices.</summary>
internal sealed class SimulatedSpiDriver(IDriverContext context) : SimulatedDriver<SimulatedSpiSettings>(context)
{
    private enum Model
    {
        Loopback,
    }

    public override PeripheralKind Kind => PeripheralKind.Spi;

    protected override SimulatedSpiSettings Read(ComponentOptions options)
    {
        _ = options.GetChoice<Model>("model", Model.Loopback);
        return new SimulatedSpiSettings(
            options.Owner,
            (int)options.GetInteger("bus", 0, maximum: 255),
            (int)options.GetInteger("chipSelect", 0, maximum: 255),
            (uint)options.GetInteger("clockHz", 0, maximum: uint.MaxValue));
    }

    protected override string Place(SimulatedSpiSettings settings) => $"chip select {settings.ChipSelect} of SPI bus {settings.Bus}";

    protected override string ContentionKey(SimulatedSpiSettings settings) => $"simulated.spi/{settings.Bus}";

    protected override IPeripheral Open(SimulatedSpiSettings settings, IDisposable claim) => new SpiLoopback(settings, claim);
}
