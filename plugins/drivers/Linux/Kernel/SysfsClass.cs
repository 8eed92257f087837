// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>Finds things in a folder of sysfs by what a board file calls them: a folder's name, its number, or its device's name.</summary>
/// <param name="folder">Where all of a class are.</param>
/// <param name="prefix">How their folders' names begin, before the number.</param>
/// <param name="word">What one is called, for messages.</param>
internal sealed class SysfsClass(string folder, string prefix, string word)
{
    public static SysfsClass Pwm { get; } = new("/sys/class/pwm", "pwmchip", "PWM chip");

    public static SysfsClass Leds { get; } = new("/sys/class/leds", "", "light");

    public static SysfsClass Converters { get; } = new("/sys/bus/iio/devices", "iio:device", "converter");

    public static SysfsClass Sensors { get; } = new("/sys/class/hwmon", "hwmon", "sensor chip");

    /// <summary>All of them: the folder's name (<c>pwmchip0</c>), and what its device is called (<c>fe20c000.pwm</c>).</summary>
    public IEnumerable<(string Name, string Device)> All(LinuxHost host) =>
        host.List(folder).Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(name => (name, host.Read($"{folder}/{name}/name") ?? host.LinkName($"{folder}/{name}/device") ?? ""));

    public string PathOf(string name) => $"{folder}/{name}";

    /// <summary>The folder of the one that is meant.</summary>
    /// <exception cref="PeripheralException">There is none, or more than one.</exception>
    public string Find(LinuxHost host, string owner, string wanted)
    {
        var all = All(host).ToList();
        var found = all.FindAll(one => one.Name == wanted || one.Name == prefix + wanted || one.Device == wanted);
        return found.Count switch
        {
            1 => PathOf(found[0].Name),
            0 => throw new PeripheralException($"{owner}: there is no {word} '{wanted}'; there is {(all.Count == 0 ? "none" : string.Join(", ", all.Select(Text)))}"),
            _ => throw new PeripheralException($"{owner}: {string.Join(" and ", found.Select(Text))} both fit; name the {word} by its folder"),
        };
    }

    private static string Text((string Name, string Device) one) => one.Device.Length > 0 ? $"{one.Name} [{one.Device}]" : one.Name;
}
