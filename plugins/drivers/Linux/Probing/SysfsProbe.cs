// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.RegularExpressions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>What folders of sysfs and <c>/dev</c> list by themselves.</summary>
internal static partial class SysfsProbe
{
    public static void LookForSpi(LinuxHost host, Findings findings)
    {
        foreach (var name in host.List("/dev"))
        {
            if (SpiName().Match(name) is { Success: true } match)
                findings.Add($"spi{match.Groups[1]}-{match.Groups[2]}", $"/dev/{name}", "", ("bus", match.Groups[1].Value), ("chipSelect", match.Groups[2].Value));
        }
    }

    public static void LookForPwm(LinuxHost host, Findings findings)
    {
        foreach (var (name, device) in SysfsClass.Pwm.All(host))
        {
            var folder = SysfsClass.Pwm.PathOf(name);
            if (!int.TryParse(host.Read($"{folder}/npwm"), CultureInfo.InvariantCulture, out var channels)) continue;
            for (var channel = 0; channel < channels; channel++)
            {
                var isExported = Directory.Exists(host.At($"{folder}/pwm{channel}"));
                findings.Add($"{name.Replace("chip", "", StringComparison.Ordinal)}-{channel}", isExported ? "exported already" : "", "", ("chip", device.Length > 0 ? device : name), ("channel", channel));
            }
        }
    }

    public static void LookForConverters(LinuxHost host, Findings findings)
    {
        foreach (var (name, device) in SysfsClass.Converters.All(host))
        {
            foreach (var file in host.List(SysfsClass.Converters.PathOf(name)))
            {
                if (VoltageName().Match(file) is not { Success: true } match) continue;
                var channel = match.Groups[1].Value.Replace("voltage", "", StringComparison.Ordinal);
                findings.Add($"{device}-{channel}", $"input {channel} of {device}", "", ("chip", device.Length > 0 ? device : name), ("channel", channel));
            }
        }
    }

    public static void LookForLights(LinuxHost host, Findings findings)
    {
        foreach (var (name, _) in SysfsClass.Leds.All(host))
        {
            var trigger = Chosen().Match(host.Read($"{SysfsClass.Leds.PathOf(name)}/trigger") ?? "").Groups[1].Value;
            findings.Add(name, trigger is "" or "none" ? "the board's own light" : $"the board's own light; shows {trigger} until it is opened", "", ("name", name));
        }
    }

    public static void LookForSensors(LinuxHost host, Findings findings)
    {
        foreach (var (name, device) in SysfsClass.Sensors.All(host))
        {
            foreach (var file in host.List(SysfsClass.Sensors.PathOf(name)))
            {
                if (SensorName().Match(file) is { Success: true } match)
                    findings.Add($"{device}-{match.Groups[1].Value}", "what the kernel measures", "", ("chip", device.Length > 0 ? device : name), ("input", match.Groups[1].Value));
            }
        }
    }

    [GeneratedRegex("^spidev([0-9]+)\\.([0-9]+)$", RegexOptions.CultureInvariant)]
    private static partial Regex SpiName();

    [GeneratedRegex("^in_voltage([0-9]+(?:-voltage[0-9]+)?)_(?:raw|input)$", RegexOptions.CultureInvariant)]
    private static partial Regex VoltageName();

    [GeneratedRegex("^((?:in|temp|curr|fan|humidity)[0-9]+)_input$", RegexOptions.CultureInvariant)]
    private static partial Regex SensorName();

    [GeneratedRegex("\\[([^\\]]+)\\]", RegexOptions.CultureInvariant)]
    private static partial Regex Chosen();
}
