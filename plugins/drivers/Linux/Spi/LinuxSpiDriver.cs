// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>Opens SPI devices.</summary>
internal sealed class LinuxSpiDriver(IDriverContext context, IKernel kernel) : LinuxDriver<LinuxSpiSettings>(context, kernel)
{
    private const int Highest = 255;

    public override PeripheralKind Kind => PeripheralKind.Spi;

    protected override LinuxSpiSettings Read(ComponentOptions options) => new(
        options.Owner,
        (int)options.GetInteger("bus", 0, 0, Highest),
        (int)options.GetInteger("chipSelect", 0, 0, Highest),
        (uint)options.GetInteger("maximumHz", 0, 0, uint.MaxValue),
        (options.GetBoolean("selectHigh", false) ? SpiUapi.SelectHigh : 0)
            | (options.GetBoolean("threeWire", false) ? SpiUapi.ThreeWire : 0)
            | (options.GetBoolean("noSelect", false) ? SpiUapi.NoSelect : 0));

    protected override string ContentionKey(LinuxSpiSettings settings) => $"spi:{settings.Bus}";

    protected override string? Look(LinuxSpiSettings settings, LinuxHost host) =>
        LookForFile(host, settings.Owner, $"/dev/spidev{settings.Bus}.{settings.ChipSelect}");

    protected override IPeripheral Open(LinuxSpiSettings settings, LinuxHost host) => new LinuxSpiDevice(settings, host, Context);
}
