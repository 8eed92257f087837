// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.DotnetIot;

namespace EdgeHypervisor.Drivers.Tests.DotnetIot;

/// <summary>Whole devices of the bindings package, on chips whose registers a test can see.</summary>
public sealed class IotDeviceTests : IDisposable
{
    private readonly FakeDriverContext _context = new();
    private readonly FakeHardware _hardware;

    public IotDeviceTests() => _hardware = new FakeHardware(_context);

    public void Dispose() => _context.Dispose();

    [Fact]
    public void A_BME280_is_an_analogue_sensor_for_each_of_its_quantities()
    {
        var chip = _hardware.Simulated(0x76, "bme280");
        _hardware.Chips = _ => chip;
        // The simulated chip starts at 21 degrees Celsius, 1,013.25 hPa and 45 %: what it computes backwards the binding computes forwards.
        Assert.InRange(Open<IAdcChannel>(new Bme280Plugin()).ReadMicrovolts(), 209_000, 211_000);
        Assert.InRange(Open<IAdcChannel>(new Bme280Plugin(), ("quantity", "pressure")).ReadMicrovolts(), 1_013_000, 1_013_500);
        Assert.InRange(Open<IAdcChannel>(new Bme280Plugin(), ("quantity", "humidity")).ReadMicrovolts(), 448_000, 452_000);
        Assert.InRange(Open<IAdcChannel>(new Bme280Plugin(), ("microvoltsPerUnit", "1000")).ReadMicrovolts(), 20_900, 21_100);
    }

    [Fact]
    public void A_BME280_that_is_not_there_is_a_clear_error()
    {
        var driver = new Bme280Plugin().Create(_context, _hardware);
        var error = Assert.Throws<PeripheralException>(() => driver.Open(Options.For("attic")));
        Assert.StartsWith("peripheral attic: ", error.Message);
    }

    [Fact]
    public void An_MCP23017_gives_sixteen_lines_more()
    {
        var chip = new RegisterChip(0x20);
        _hardware.Chips = _ => chip;
        var output = Open<IGpioLine>(new Mcp23017Plugin(), ("line", "9"));
        output.Configure(new GpioMode(GpioDirection.Output), true);
        // MCP23017 data sheet, table 3-1 with BANK = 0: IODIRB is register 0x01, OLATB 0x15 or through GPIOB 0x13.
        Assert.Equal(0, chip.Registers[0x01] & 0b10);
        Assert.Equal(0b10, (chip.Registers[0x13] | chip.Registers[0x15]) & 0b10);
        output.Write(false);
        Assert.Equal(0, chip.Writes[^1][^1] & 0b10);

        var input = Open<IGpioLine>(new Mcp23017Plugin(), ("line", "3"));
        input.Configure(new GpioMode(GpioDirection.Input, GpioBias.PullUp), false);
        Assert.Equal(0b1000, chip.Registers[0x0C] & 0b1000);
        chip.Registers[0x12] = 0b1000;
        Assert.True(input.Read());
        chip.Registers[0x12] = 0;
        Assert.False(input.Read());
    }

    [Fact]
    public void A_PCA9685_gives_sixteen_PWM_channels_more()
    {
        var chip = new RegisterChip(0x40);
        _hardware.Chips = _ => chip;
        var channel = Open<IPwmChannel>(new Pca9685Plugin(), ("channel", "5"));
        channel.Set(new PwmSetting(20_000_000, 5_000_000, true));
        // PCA9685 data sheet, table 4: LED5_ON_L is register 0x1A, then ON_H, OFF_L, OFF_H; 4,096 steps.
        var on = chip.Registers[0x1A] | (chip.Registers[0x1B] << 8);
        var off = chip.Registers[0x1C] | (chip.Registers[0x1D] << 8);
        Assert.InRange((off - on) & 0xFFF, 1023, 1025);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(512, 1_650_000)]
    [InlineData(1023, 3_296_777)]
    public void An_MCP3008_reads_volts(int code, long microvolts)
    {
        // MCP3008 data sheet, figure 6-1: start bit, single-ended, channel; the code in the last ten bits.
        _hardware.Spi = sent =>
        {
            Assert.Equal(0b11010, ((sent[0] << 16) | (sent[1] << 8) | sent[2]) >> 12);
            return [0, (byte)(code >> 8), (byte)code];
        };
        Assert.Equal(microvolts, Open<IAdcChannel>(new Mcp3008Plugin(), ("channel", "2")).ReadMicrovolts());
    }

    [Fact]
    public void An_SSD1306_shows_the_bytes_it_is_sent()
    {
        var chip = new RegisterChip(0x3C);
        _hardware.Chips = _ => chip;
        var display = Open<ISerialPort>(new Ssd1306Plugin());
        Assert.Contains(chip.Writes, w => w is [0x00, 0x22, 0, 3]);
        display.Write([0x01, 0x80, 0xFF]);
        // SSD1306 data sheet, section 8.1.5.2: the control byte 0x40 announces display data.
        Assert.Equal([0x40, 0x01, 0x80, 0xFF], chip.Writes[^1]);
    }

    [Fact]
    public void A_PWM_channel_of_the_board_takes_period_duty_and_polarity()
    {
        var channel = Open<IPwmChannel>(new IotPwmPlugin(), ("channel", "0"));
        channel.Set(new PwmSetting(1_000_000, 250_000, true));
        Assert.Equal((1000, 0.25, true), (_hardware.Pwm.Frequency, _hardware.Pwm.DutyCycle, _hardware.Pwm.Runs));
        channel.Set(new PwmSetting(1_000_000, 250_000, true, Inverted: true));
        Assert.Equal(0.75, _hardware.Pwm.DutyCycle);
        channel.Set(new PwmSetting(1_000_000, 250_000, false, Inverted: true));
        Assert.Equal((1.0, true), (_hardware.Pwm.DutyCycle, _hardware.Pwm.Runs));
        channel.Set(PwmSetting.Off);
        Assert.False(_hardware.Pwm.Runs);
    }

    [Fact]
    public void An_SPI_device_is_opened_anew_for_other_settings_only()
    {
        var device = Open<ISpiDevice>(new IotSpiPlugin(), ("maximumHz", "1000000"));
        var data = new byte[] { 1, 2, 3 };
        _hardware.Spi = sent => [.. sent.Select(b => (byte)~b)];
        Assert.Equal(BusStatus.Ok, device.Transfer(data, new SpiSettings(BitsPerWord: 8), keepSelected: false));
        Assert.Equal([0xFE, 0xFD, 0xFC], data);
        Assert.Single(_hardware.SpiOpened);
        device.Transfer(data, new SpiSettings(ClockPolarity: true, ClockPhase: true, BitsPerWord: 16, ClockHz: 9_000_000), keepSelected: false);
        var second = _hardware.SpiOpened[1];
        Assert.Equal((System.Device.Spi.SpiMode.Mode3, 16, 1_000_000), (second.Mode, second.DataBitLength, second.ClockFrequency));
        Assert.Equal(BusStatus.Unsupported, device.Transfer(data, default, keepSelected: true));
    }

    private T Open<T>(IotPlugin plugin, params (string, string)[] options)
        where T : IPeripheral => (T)plugin.Create(_context, _hardware).Open(Options.Of(options));
}
