// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>Opens analogue inputs.</summary>
internal sealed partial class LinuxAdcDriver(IDriverContext context, IKernel kernel) : LinuxDriver<LinuxAdcSettings>(context, kernel)
{
    public override PeripheralKind Kind => PeripheralKind.Adc;

    protected override LinuxAdcSettings Read(ComponentOptions options)
    {
        var channel = options.GetString("channel");
        if (!Channel().IsMatch(channel)) throw new OptionException(options.Owner, "channel", $"'{channel}' is not an input such as 0, or a pair such as 0-1");
        return new LinuxAdcSettings(options.Owner, options.GetString("chip", "0"), channel);
    }

    protected override string ContentionKey(LinuxAdcSettings settings) => $"iio:{settings.Chip}";

    protected override string? Look(LinuxAdcSettings settings, LinuxHost host)
    {
        SysfsClass.Converters.Find(host, settings.Owner, settings.Chip);
        return null;
    }

    protected override IPeripheral Open(LinuxAdcSettings settings, LinuxHost host) =>
        new LinuxAdcChannel(settings, host, SysfsClass.Converters.Find(host, settings.Owner, settings.Chip));

    [GeneratedRegex("^[0-9]{1,3}(-[0-9]{1,3})?$", RegexOptions.CultureInvariant)]
    private static partial Regex Channel();
}
