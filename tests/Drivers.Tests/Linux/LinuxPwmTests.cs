// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.Linux;

namespace EdgeHypervisor.Drivers.Tests.Linux;

/// <summary>The contract on files; in what order they may be written, the kernel itself checks in <see cref="BoardTests"/>.</summary>
public sealed class LinuxPwmTests : PwmContract, IDisposable
{
    private const string Chip = "/sys/class/pwm/pwmchip2";

    private readonly FakeRoot _root = new();
    private readonly FakeDriverContext _context = new();

    public LinuxPwmTests()
    {
        _root.With($"{Chip}/export").With($"{Chip}/unexport").With($"{Chip}/npwm", "4\n").WithLink($"{Chip}/device", "../../../fe20c000.pwm");
        Export(0);
    }

    public void Dispose()
    {
        _context.Dispose();
        _root.Dispose();
    }

    protected override (IPwmChannel Channel, Func<PwmSetting> Measure) Open() => (OpenChannel("fe20c000.pwm"), Measure);

    [Theory]
    [InlineData("fe20c000.pwm")]
    [InlineData("pwmchip2")]
    [InlineData("2")]
    public void A_chip_is_found_by_its_device_its_name_and_its_number(string chip) => OpenChannel(chip).Dispose();

    [Fact]
    public void A_chip_that_is_not_there_is_told_with_what_is()
    {
        var refusal = Assert.Throws<PeripheralException>(() => OpenChannel("0"));
        Assert.Equal("peripheral fan: there is no PWM chip '0'; there is pwmchip2 [fe20c000.pwm]", refusal.Message);
    }

    [Fact]
    public void Polarity_is_the_kernels_word()
    {
        using var channel = OpenChannel("2");
        channel.Set(new PwmSetting(1000, 250, true, Inverted: true));
        Assert.Equal(new PwmSetting(1000, 250, true, Inverted: true), Measure());
        channel.Set(new PwmSetting(1000, 250, true));
        Assert.Equal(new PwmSetting(1000, 250, true), Measure());
    }

    [Fact]
    public void Closing_gives_the_channel_back_and_leaves_it_as_it_is()
    {
        var channel = OpenChannel("2");
        channel.Set(new PwmSetting(1000, 250, true));

        channel.Dispose();
        channel.Dispose();

        Assert.Equal("0", _root.Read($"{Chip}/unexport"));
        Assert.Equal(new PwmSetting(1000, 250, true), Measure());
    }

    [Fact]
    public void A_channel_at_rest_stays_untouched_when_it_is_told_to_rest()
    {
        using var channel = OpenChannel("2");
        File.Delete(_root.At($"{Chip}/pwm0/enable")); // the kernel refuses to write it while the period is 0

        channel.Set(PwmSetting.Off);

        Assert.Equal(0, Number("period"));
    }

    private IPwmChannel OpenChannel(string chip) =>
        (IPwmChannel)new LinuxPwmPlugin().Create(_context).Open(Options.For("fan", ("root", _root.Path), ("chip", chip), ("channel", "0")));

    private void Export(int channel)
    {
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("period", "0\n"), ("duty_cycle", "0\n"), ("enable", "0\n"), ("polarity", "normal\n")])
            _root.With($"{Chip}/pwm{channel}/{name}", value);
    }

    private PwmSetting Measure() => new(Number("period"), Number("duty_cycle"), Number("enable") != 0, First("polarity") == "inversed");

    private long Number(string name) => long.Parse(First(name), CultureInfo.InvariantCulture);

    // A file keeps the end of a longer value behind a shorter one; sysfs does not.
    private string First(string name) => _root.Read($"{Chip}/pwm0/{name}").Split('\n')[0];
}
