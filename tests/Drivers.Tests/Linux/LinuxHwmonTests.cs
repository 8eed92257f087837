// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.Linux;

namespace EdgeHypervisor.Drivers.Tests.Linux;

/// <summary>The kernel's own measurements, in a folder that looks like sysfs.</summary>
public sealed class LinuxHwmonTests : IDisposable
{
    private const string Folder = "/sys/class/hwmon/hwmon0";

    private readonly FakeRoot _root = new();
    private readonly FakeDriverContext _context = new();

    public LinuxHwmonTests() =>
        _root.With($"{Folder}/name", "cpu_thermal\n").With($"{Folder}/temp1_input", "47250\n").With($"{Folder}/in0_input", "3300\n");

    public void Dispose()
    {
        _context.Dispose();
        _root.Dispose();
    }

    [Theory]
    [InlineData("temp1", 472_500)] // 47.25 degrees, 10 mV each
    [InlineData("in0", 3_300_000)]
    public void A_measurement_is_a_voltage(string input, long microvolts) => Assert.Equal(microvolts, Open(input).ReadMicrovolts());

    [Theory]
    [InlineData("pwm1")]
    [InlineData("temp")]
    [InlineData("../name")]
    public void What_is_no_measurement_is_refused(string input) => Assert.Throws<OptionException>(() => Open(input));

    private IAdcChannel Open(string input) =>
        (IAdcChannel)new LinuxHwmonPlugin().Create(_context).Open(Options.For("core", ("root", _root.Path), ("chip", "cpu_thermal"), ("input", input)));
}
