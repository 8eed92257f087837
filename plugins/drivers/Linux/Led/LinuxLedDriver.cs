// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>Opens lights.</summary>
internal sealed class LinuxLedDriver(IDriverContext context, IKernel kernel) : LinuxDriver<LinuxLedSettings>(context, kernel)
{
    public override PeripheralKind Kind => PeripheralKind.Led;

    protected override LinuxLedSettings Read(ComponentOptions options) => new(options.Owner, options.GetString("name"));

    protected override string? ContentionKey(LinuxLedSettings settings) => null;

    protected override string? Look(LinuxLedSettings settings, LinuxHost host)
    {
        SysfsClass.Leds.Find(host, settings.Owner, settings.Name);
        return null;
    }

    protected override IPeripheral Open(LinuxLedSettings settings, LinuxHost host) =>
        new LinuxLed(settings, host, SysfsClass.Leds.Find(host, settings.Owner, settings.Name));
}
