// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.Linux;

namespace EdgeHypervisor.Drivers.Tests.Linux;

/// <summary>Lights in a folder that looks like sysfs.</summary>
public sealed class LinuxLedTests : LedContract, IDisposable
{
    private const string Folder = "/sys/class/leds/ACT";

    private readonly FakeRoot _root = new();
    private readonly FakeDriverContext _context = new();

    public LinuxLedTests() =>
        _root.With($"{Folder}/max_brightness", "255\n").With($"{Folder}/brightness", "0\n").With($"{Folder}/trigger", "none kbd-scrolllock [mmc0] timer\n");

    public void Dispose()
    {
        _context.Dispose();
        _root.Dispose();
    }

    protected override (ILed Led, Func<int> See) Open() =>
        (OpenLed("ACT"), () => int.Parse(_root.Read($"{Folder}/brightness").Split('\n')[0], CultureInfo.InvariantCulture));

    [Fact]
    public void What_the_kernel_showed_on_it_ends()
    {
        OpenLed("ACT").Dispose();
        Assert.StartsWith("none\n", _root.Read($"{Folder}/trigger"));
    }

    [Fact]
    public void A_light_that_is_not_there_is_told_with_what_is() =>
        Assert.Equal("peripheral heartbeat: there is no light 'led0'; there is ACT", Assert.Throws<PeripheralException>(() => OpenLed("led0")).Message);

    private ILed OpenLed(string name) => (ILed)new LinuxLedPlugin().Create(_context).Open(Options.For("heartbeat", ("root", _root.Path), ("name", name)));
}
