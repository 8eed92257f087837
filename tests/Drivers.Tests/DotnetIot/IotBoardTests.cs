// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.DotnetIot;
using EdgeHypervisor.Drivers.Simulated;

namespace EdgeHypervisor.Drivers.Tests.DotnetIot;

/// <summary>The same contracts through System.Device.Gpio, and whole devices of Iot.Device.Bindings, on a real kernel.</summary>
[Trait("Category", "Board")]
[Collection(BoardPlace.Collection)]
public sealed class IotBoardTests : IDisposable
{
    private readonly FakeDriverContext _context = new();

    public void Dispose() => _context.Dispose();

    // As for the linux driver: gpio-sim does not let a line rise that was driven low. And the package notes each value anew.
    [BoardTheory(BoardPlace.Gpio), Promises(typeof(GpioContract), Except = [nameof(GpioContract.An_open_drain_output_pulls_low_and_lets_go_for_high), nameof(GpioContract.Writing_allocates_nothing)])]
    public void Gpio(string promise) => PromisesAttribute.Keep<GpioContract>(new GpioOnBoard(), promise);

    [BoardTheory(BoardPlace.I2c), Promises(typeof(I2cContract))]
    public void I2c(string promise) => PromisesAttribute.Keep<I2cContract>(new I2cOnBoard(), promise);

    // The package lets go of the chip after every transfer; keeping it is refused.
    [BoardTheory(BoardPlace.Spi), Promises(typeof(SpiContract), Except = [nameof(SpiContract.A_transaction_can_go_on_and_be_ended)])]
    public void Spi(string promise) => PromisesAttribute.Keep<SpiContract>(new SpiOnBoard(), promise);

    [BoardTheory(BoardPlace.Pwm)]
    [InlineData(1_000_000, 250_000)]
    [InlineData(20_000_000, 1_500_000)]
    public void Pwm(long periodNs, long dutyNs)
    {
        var place = BoardPlace.Of(BoardPlace.Pwm);
        using var channel = Open<IPwmChannel>(new IotPwmPlugin(), ("chip", place["number"]), ("channel", place["channel"]));
        channel.Set(new PwmSetting(periodNs, dutyNs, true));
        Assert.Equal(new PwmSetting(periodNs, dutyNs, true), BoardPwmLog.Last(place));
    }

    [BoardTheory(BoardPlace.Chips)]
    [InlineData(9)]
    public void An_MCP23017_drives_its_lines(int line)
    {
        var registers = BoardChip.New(0x24);
        using var output = Open<IGpioLine>(new Mcp23017Plugin(), ("address", "0x24"), ("line", $"{line}"));
        output.Configure(new GpioMode(GpioDirection.Output), true);
        // MCP23017 data sheet, table 3-1 with BANK = 0: IODIRB is register 0x01, GPIOB 0x13.
        Assert.Equal((0, 0b10), (registers.Read(0x01) & 0b10, (registers.Read(0x13) | registers.Read(0x15)) & 0b10));
    }

    [BoardTheory(BoardPlace.Chips)]
    [InlineData(5)]
    public void A_PCA9685_runs_its_channels(int channel)
    {
        var registers = BoardChip.New(0x41);
        using var pwm = Open<IPwmChannel>(new Pca9685Plugin(), ("address", "0x41"), ("channel", $"{channel}"));
        pwm.Set(new PwmSetting(20_000_000, 5_000_000, true));
        // PCA9685 data sheet, table 4: LED5_ON_L is register 0x1A; 4,096 steps.
        var on = registers.Read(0x1A) | (registers.Read(0x1B) << 8);
        var off = registers.Read(0x1C) | (registers.Read(0x1D) << 8);
        Assert.InRange((off - on) & 0xFFF, 1023, 1025);
    }

    [BoardTheory(BoardPlace.Chips)]
    [InlineData("temperature", 210_000)]
    [InlineData("humidity", 450_000)]
    public void A_BME280_measures(string quantity, long microvolts)
    {
        // The registers of the simulated chip, at 21 degrees Celsius and 45 %, put into the board's.
        var model = (II2cTarget)new SimulatedI2cPlugin().Create(_context).Open(Options.For("model", ("bus", "1"), ("model", "bme280"), ("address", "0x76")));
        var registers = BoardChip.New(0x76);
        model.Transfer([new I2cMessage(0, false, new byte[] { 0xF2, 1, 0xF4, 0x25 })]); // one measurement, each quantity once
        Assert.True(SpinWait.SpinUntil(() => (Read(0xF4) & 3) == 0, TimeSpan.FromSeconds(30)), "it does not come to an end"); // which takes the chip some milliseconds
        for (var register = 0x80; register <= 0xFF; register++) registers.Write((byte)register, Read((byte)register));
        Assert.InRange(Open<IAdcChannel>(new Bme280Plugin(), ("quantity", quantity)).ReadMicrovolts(), microvolts - 2_000, microvolts + 2_000);

        byte Read(byte register)
        {
            var value = new byte[1];
            model.Transfer([new I2cMessage(0, false, new[] { register }), new I2cMessage(0, true, value)]);
            return value[0];
        }
    }

    [BoardTheory(BoardPlace.Chips)]
    [InlineData(2)]
    public void An_SSD1306_gets_what_it_is_to_show(int bytes)
    {
        var registers = BoardChip.New(0x3C);
        using var display = Open<ISerialPort>(new Ssd1306Plugin());
        display.Write(Enumerable.Repeat((byte)0xA5, bytes).ToArray());
        Assert.Equal(0xA5, registers.Read(0x40)); // the control byte for display data is the model's register number
    }

    [BoardTheory(BoardPlace.Chips)]
    [InlineData(512, 1_650_000)]
    public void An_MCP3008_reads_volts(int code, long microvolts)
    {
        // MCP3008 data sheet, figure 6-1: start bit, single-ended, channel 2; the code in the last ten bits.
        var rules = Path.Join(BoardPlace.Of(BoardPlace.Chips)["outside"], "spi-0");
        File.WriteAllText(rules, $"01A0={code:X6}");
        try
        {
            Assert.Equal(microvolts, Open<IAdcChannel>(new Mcp3008Plugin(), ("chipSelect", "0"), ("channel", "2")).ReadMicrovolts());
        }
        finally
        {
            File.WriteAllText(rules, "clear");
        }
    }

    private T Open<T>(IotPlugin plugin, params (string, string)[] options)
        where T : IPeripheral => (T)plugin.Create(_context).Open(Options.Of(options));

    private sealed class GpioOnBoard : GpioContract
    {
        protected override IGpioRig NewRig()
        {
            var driver = new IotGpioPlugin().Create(new FakeDriverContext());
            var place = BoardPlace.Of(BoardPlace.Gpio);
            return new BoardGpioRig(options => (IGpioLine)driver.Open(Options.Of([("chip", place["number"]), .. place.Options("line"), .. options])), null);
        }
    }

    private sealed class I2cOnBoard : I2cContract
    {
        protected override II2cRig NewRig() => new BoardI2cRig(
            (context, address) => (II2cTarget)new IotI2cPlugin().Create(context).Open(Options.Of([.. BoardPlace.Of(BoardPlace.I2c).Options("bus"), ("address", address)])));
    }

    private sealed class SpiOnBoard : SpiContract
    {
        protected override ISpiDevice OpenLoopback() =>
            (ISpiDevice)new IotSpiPlugin().Create(new FakeDriverContext()).Open(Options.Of(BoardPlace.Of(BoardPlace.Spi).Options("bus", "chipSelect")));
    }
}
