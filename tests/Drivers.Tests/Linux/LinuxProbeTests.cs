// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.Linux;

namespace EdgeHypervisor.Drivers.Tests.Linux;

/// <summary>What the drivers find on a board that looks like a Raspberry Pi.</summary>
public sealed class LinuxProbeTests : IDisposable
{
    private readonly FakeRoot _root = new();
    private readonly FakeKernel _kernel = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void The_model_is_the_device_trees()
    {
        _root.With("/proc/device-tree/model", "Raspberry Pi 4 Model B Rev 1.4\0");
        Assert.Equal("Raspberry Pi 4 Model B Rev 1.4", Probe(new LinuxGpioPlugin()).Model);
    }

    [Fact]
    public void Lines_are_found_by_their_chips_labels_with_who_has_them()
    {
        var chip = new FakeGpioChip("gpiochip0", "pinctrl-bcm2711", 3);
        (chip.Pins[0].Name, chip.Pins[1].Name) = ("ID_SDA", "STATUS_LED");
        (chip.Pins[1].Consumer, chip.Pins[2].Consumer) = ("ACT", "");
        Add("/dev/gpiochip0", chip);

        Assert.Equal(
            [
                "ID_SDA: linux.gpio chip=pinctrl-bcm2711 line=0 ()",
                "STATUS_LED: linux.gpio chip=pinctrl-bcm2711 line=1 (ACT)",
                "gpiochip0-2: linux.gpio chip=pinctrl-bcm2711 line=2 (the kernel)",
            ],
            Texts(new LinuxGpioPlugin()));
        Assert.Equal(0, _kernel.OpenCount);
    }

    [Fact]
    public void Chips_of_one_label_are_told_apart_by_their_device_files()
    {
        Add("/dev/gpiochip0", new FakeGpioChip("gpiochip0", "mcp23017", 1));
        Add("/dev/gpiochip1", new FakeGpioChip("gpiochip1", "mcp23017", 1));
        Assert.Equal(["gpiochip0-0: linux.gpio chip=/dev/gpiochip0 line=0 ()", "gpiochip1-0: linux.gpio chip=/dev/gpiochip1 line=0 ()"], Texts(new LinuxGpioPlugin()));
    }

    [Fact]
    public void A_chip_that_we_may_not_open_is_a_remark()
    {
        Add("/dev/gpiochip0", new FakeGpioChip("gpiochip0", "x", 1));
        _kernel.Refusals["/dev/gpiochip0"] = Errno.AccessDenied;
        Assert.Contains("Permission denied", Assert.Single(Probe(new LinuxGpioPlugin()).Remarks));
    }

    [Fact]
    public void A_bus_is_not_asked_without_leave_and_the_kernels_devices_are_known_anyway()
    {
        var adapter = AddBus();
        var result = Probe(new LinuxI2cPlugin());

        Assert.Equal("/dev/i2c-1 (bcm2835 (i2c@7e804000)) was not asked who answers; --probe-i2c does that", Assert.Single(result.Remarks));
        Assert.Equal(["i2c1-51: linux.i2c bus=1 address=0x51 (rtc-pcf85063)"], Texts(result));
        Assert.Empty(adapter.Log);
    }

    [Fact]
    public void With_leave_every_free_address_is_asked_as_i2cdetect_does()
    {
        var adapter = AddBus();
        adapter.KernelsOwn.Add(0x51);
        var chip = new Chip();
        (adapter.Targets[0x20], adapter.Targets[0x50], adapter.Targets[0x51]) = (chip, chip, chip);

        Assert.Equal(
            ["i2c1-51: linux.i2c bus=1 address=0x51 (rtc-pcf85063)", "i2c1-20: linux.i2c bus=1 address=0x20 ()", "i2c1-50: linux.i2c bus=1 address=0x50 ()"],
            Texts(Probe(new LinuxI2cPlugin(), asks: true)));
        Assert.Equal(0x77 - 0x08, adapter.Log.Count); // each but the kernel's own, once
        Assert.Equal(8 + 15, adapter.Log.Count(line => line.StartsWith("read Byte", StringComparison.Ordinal)));
    }

    [Fact]
    public void Devices_of_sysfs_are_found_with_the_names_that_stay()
    {
        _root.With("/dev/spidev0.1").With("/dev/spidev").With("/sys/class/pwm/pwmchip2/npwm", "2\n").WithLink("/sys/class/pwm/pwmchip2/device", "../../../fe20c000.pwm")
            .With("/sys/class/leds/ACT/trigger", "none [mmc0] timer\n")
            .With("/sys/class/hwmon/hwmon0/name", "cpu_thermal\n").With("/sys/class/hwmon/hwmon0/temp1_input", "40000\n").With("/sys/class/hwmon/hwmon0/temp1_crit", "1\n")
            .With("/sys/bus/iio/devices/iio:device0/name", "mcp3208\n").With("/sys/bus/iio/devices/iio:device0/in_voltage2_raw", "1\n")
            .With("/sys/bus/iio/devices/iio:device0/in_voltage0-voltage1_raw", "1\n");

        Assert.Equal(["spi0-1: linux.spi bus=0 chipSelect=1 ()"], Texts(new LinuxSpiPlugin()));
        Assert.Equal(["pwm2-0: linux.pwm chip=fe20c000.pwm channel=0 ()", "pwm2-1: linux.pwm chip=fe20c000.pwm channel=1 ()"], Texts(new LinuxPwmPlugin()));
        Assert.Equal(["ACT: linux.led name=ACT ()"], Texts(new LinuxLedPlugin()));
        Assert.Equal(["cpu_thermal-temp1: linux.hwmon chip=cpu_thermal input=temp1 ()"], Texts(new LinuxHwmonPlugin()));
        Assert.Equal(["mcp3208-0-1: linux.adc chip=mcp3208 channel=0-1 ()", "mcp3208-2: linux.adc chip=mcp3208 channel=2 ()"], Texts(new LinuxAdcPlugin()));
    }

    [Fact]
    public void Serial_ports_have_hardware_behind_them_and_one_may_be_the_console()
    {
        _root.With("/sys/class/tty/console/active", "tty0 ttyAMA0\n").With("/sys/class/tty/tty0/dev", "4:0")
            .With("/sys/class/tty/ttyAMA0/type", "32\n").WithLink("/sys/class/tty/ttyAMA0/device", "../../../fe201000.serial")
            .With("/sys/class/tty/ttyS0/type", "0\n").WithLink("/sys/class/tty/ttyS0/device", "../../../serial8250")
            .WithLink("/sys/class/tty/ttyUSB0/device", "../../../ttyUSB0");

        Assert.Equal(["ttyAMA0: linux.serial path=/dev/ttyAMA0 (the kernel's console)", "ttyUSB0: linux.serial path=/dev/ttyUSB0 ()"], Texts(new LinuxSerialPlugin()));
    }

    [Fact]
    public void Every_option_that_is_found_is_one_that_the_driver_takes()
    {
        Devices_of_sysfs_are_found_with_the_names_that_stay();
        Add("/dev/gpiochip0", new FakeGpioChip("gpiochip0", "x", 1));
        using var context = new FakeDriverContext();
        foreach (var plugin in (LinuxPlugin[])[new LinuxGpioPlugin(), new LinuxSpiPlugin(), new LinuxPwmPlugin(), new LinuxLedPlugin(), new LinuxHwmonPlugin(), new LinuxAdcPlugin()])
        {
            using var driver = plugin.Create(context, _kernel);
            Assert.NotEmpty(Probe(plugin).Findings);
            foreach (var finding in Probe(plugin).Findings) driver.Validate(new ComponentOptions(finding.Role, finding.Options.ToDictionary()));
        }
    }

    private FakeI2cAdapter AddBus()
    {
        var adapter = new FakeI2cAdapter(I2cUapi.Functions.PlainI2c | I2cUapi.Functions.Quick | I2cUapi.Functions.ReadByte);
        Add("/dev/i2c-1", adapter);
        _root.With("/sys/bus/i2c/devices/i2c-1/name", "bcm2835 (i2c@7e804000)\n")
            .With("/sys/bus/i2c/devices/1-0051/name", "pcf85063a\n").WithLink("/sys/bus/i2c/devices/1-0051/driver", "../../../../bus/i2c/drivers/rtc-pcf85063");
        return adapter;
    }

    private void Add(string path, IFakeFile device)
    {
        _root.With(path);
        _kernel.Devices[path] = device;
    }

    private ProbeResult Probe(LinuxPlugin plugin, bool asks = false) => plugin.Probe(new ProbeRequest(_root.Path, asks), _kernel);

    private IEnumerable<string> Texts(LinuxPlugin plugin) => Texts(Probe(plugin));

    private static IEnumerable<string> Texts(ProbeResult result) =>
        result.Findings.Select(finding => $"{finding.Role}: {finding.Driver} {string.Join(' ', finding.Options.Select(option => $"{option.Key}={option.Value}"))} ({finding.User})");

    /// <summary>Something that answers.</summary>
    private sealed class Chip : II2cTarget
    {
        public ushort Address => 0;

        public BusStatus Transfer(ReadOnlySpan<I2cMessage> messages) => BusStatus.Ok;

        public void Dispose()
        {
        }
    }
}
