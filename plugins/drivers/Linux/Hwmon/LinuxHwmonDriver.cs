// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>Opens measurements as analogue inputs: volts as they are, 10 mV for a degree or a percent, 1 mV for a milliampere or a turn a minute.</summary>
/// <remarks>Documentation/hwmon/sysfs-interface.rst: the units of the kernel's numbers.</remarks>
internal sealed partial class LinuxHwmonDriver(IDriverContext context, IKernel kernel) : LinuxDriver<LinuxHwmonSettings>(context, kernel)
{
    // in: mV; temp: millidegrees; curr: mA; fan: turns a minute; humidity: thousandths of a percent.
    private static readonly (string Prefix, long MicrovoltsPerStep)[] Units =
        [("in", 1000), ("temp", 10), ("curr", 1000), ("fan", 1000), ("humidity", 10)];

    public override PeripheralKind Kind => PeripheralKind.Adc;

    protected override LinuxHwmonSettings Read(ComponentOptions options)
    {
        var input = options.GetString("input");
        var match = Input().Match(input);
        var unit = Array.Find(Units, known => match.Success && known.Prefix == match.Groups[1].Value);
        if (unit.Prefix is null)
            throw new OptionException(options.Owner, "input", $"'{input}' is not one of {string.Join(", ", Units.Select(known => known.Prefix))} and a number, such as temp1");
        return new LinuxHwmonSettings(options.Owner, options.GetString("chip"), input, unit.MicrovoltsPerStep);
    }

    protected override string ContentionKey(LinuxHwmonSettings settings) => $"hwmon:{settings.Chip}";

    protected override string? Look(LinuxHwmonSettings settings, LinuxHost host)
    {
        SysfsClass.Sensors.Find(host, settings.Owner, settings.Chip);
        return null;
    }

    protected override IPeripheral Open(LinuxHwmonSettings settings, LinuxHost host) =>
        new LinuxHwmonInput(settings, host, SysfsClass.Sensors.Find(host, settings.Owner, settings.Chip));

    [GeneratedRegex("^([a-z]+)[0-9]{1,3}$", RegexOptions.CultureInvariant)]
    private static partial Regex Input();
}
