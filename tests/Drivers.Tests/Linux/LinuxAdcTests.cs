// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.Linux;

namespace EdgeHypervisor.Drivers.Tests.Linux;

/// <summary>Converters in a folder that looks like sysfs.</summary>
public sealed class LinuxAdcTests : AdcContract, IDisposable
{
    private const string Folder = "/sys/bus/iio/devices/iio:device1";
    private const double Scale = 0.805664062; // 3.3 V in 4,096 steps

    private readonly FakeRoot _root = new();
    private readonly FakeDriverContext _context = new();

    public LinuxAdcTests() =>
        _root.With("/sys/bus/iio/devices/iio:device0/name", "bme280\n").With($"{Folder}/name", "mcp3208\n").With($"{Folder}/in_voltage_scale", "0.805664062\n");

    public void Dispose()
    {
        _context.Dispose();
        _root.Dispose();
    }

    protected override (IAdcChannel Channel, Action<double> SetVolts, double StepMicrovolts) Open()
    {
        SetRaw(0);
        return (OpenChannel(("chip", "mcp3208"), ("channel", "3")), volts => SetRaw((long)(volts * 1000 / Scale)), Scale * 1000);
    }

    [Fact]
    public void An_offset_is_added_before_the_scale()
    {
        SetRaw(100);
        _root.With($"{Folder}/in_voltage3_offset", "-50\n").With($"{Folder}/in_voltage3_scale", "2\n");
        Assert.Equal(100_000, OpenChannel(("chip", "1"), ("channel", "3")).ReadMicrovolts());
    }

    [Fact]
    public void A_differential_pair_is_named_by_both()
    {
        _root.With($"{Folder}/in_voltage2-voltage3_raw", "-10\n").With($"{Folder}/in_voltage-voltage_scale", "1\n");
        File.Delete(_root.At($"{Folder}/in_voltage_scale"));
        Assert.Equal(-10_000, OpenChannel(("chip", "1"), ("channel", "2-3")).ReadMicrovolts());
    }

    [Fact]
    public void A_value_without_a_scale_is_no_voltage()
    {
        SetRaw(1);
        File.Delete(_root.At($"{Folder}/in_voltage_scale"));
        Assert.Contains("has no scale", Assert.Throws<PeripheralException>(() => OpenChannel(("chip", "1"), ("channel", "3"))).Message);
    }

    [Fact]
    public void A_converter_that_fails_is_an_error()
    {
        _root.With($"{Folder}/in_voltage3_raw", "busy\n");
        Assert.Contains("'busy' is not a number", Assert.Throws<PeripheralException>(() => OpenChannel(("chip", "1"), ("channel", "3")).ReadMicrovolts()).Message);
    }

    [Fact]
    public void A_converter_that_is_not_there_is_told_with_what_is() => Assert.Equal(
        "peripheral light1: there is no converter 'ads1115'; there is iio:device0 [bme280], iio:device1 [mcp3208]",
        Assert.Throws<PeripheralException>(() => OpenChannel(("chip", "ads1115"), ("channel", "0"))).Message);

    private void SetRaw(long value) => _root.With($"{Folder}/in_voltage3_raw", value.ToString(CultureInfo.InvariantCulture) + "\n");

    private IAdcChannel OpenChannel(params (string, string)[] options) =>
        (IAdcChannel)new LinuxAdcPlugin().Create(_context).Open(Options.For("light1", [("root", _root.Path), .. options]));
}
