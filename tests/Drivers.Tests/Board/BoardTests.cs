// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.Linux;

namespace EdgeHypervisor.Drivers.Tests;

/// <summary>The contracts of the <c>linux</c> drivers, on a real kernel.</summary>
[Trait("Category", "Board")]
[Collection(BoardPlace.Collection)]
public sealed class BoardTests
{
    // gpio-sim leaves an input where it was last driven to until its pull is set: a line that is let go of does not rise.
    [BoardTheory(BoardPlace.Gpio), Promises(typeof(GpioContract), Except = [nameof(GpioContract.An_open_drain_output_pulls_low_and_lets_go_for_high)])]
    public void Gpio(string promise) => PromisesAttribute.Keep<GpioContract>(new GpioOnBoard(), promise);

    [BoardTheory(BoardPlace.I2c), Promises(typeof(I2cContract))]
    public void I2c(string promise) => PromisesAttribute.Keep<I2cContract>(new I2cOnBoard(), promise);

    [BoardTheory(BoardPlace.Spi), Promises(typeof(SpiContract))]
    public void Spi(string promise) => PromisesAttribute.Keep<SpiContract>(new SpiOnBoard(), promise);

    [BoardTheory(BoardPlace.Pwm), Promises(typeof(PwmContract))]
    public void Pwm(string promise) => PromisesAttribute.Keep<PwmContract>(new PwmOnBoard(), promise);

    [BoardTheory(BoardPlace.Serial), Promises(typeof(SerialContract))]
    public void Serial(string promise) => PromisesAttribute.Keep<SerialContract>(new SerialOnBoard(), promise);

    [BoardTheory(BoardPlace.Led), Promises(typeof(LedContract))]
    public void Led(string promise) => PromisesAttribute.Keep<LedContract>(new LedOnBoard(), promise);

    /// <summary>An adapter that can do SMBus only: reading and writing registers by the calls that look the same.</summary>
    [BoardTheory(BoardPlace.Smbus)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(32)]
    public void Smbus(int length)
    {
        using var context = new FakeDriverContext();
        using var target = (II2cTarget)new LinuxI2cPlugin().Create(context).Open(Options.Of(BoardPlace.Of(BoardPlace.Smbus).Options("bus", "address")));
        byte[] written = [.. Enumerable.Range(length, length).Select(i => (byte)i)], read = new byte[length];

        Assert.Equal(BusStatus.Ok, target.Transfer([new I2cMessage(0, false, (byte[])[0x40, .. written])]));
        Assert.Equal(BusStatus.Ok, target.Transfer([new I2cMessage(0, false, new byte[] { 0x40 }), new I2cMessage(0, true, read)]));

        Assert.Equal(written, read);
        Assert.Equal(BusStatus.Unsupported, target.Transfer([new I2cMessage(0, true, new byte[2])]));
    }

    /// <summary>A converter whose values the kernel makes up: they have to be what its own files say.</summary>
    [BoardTheory(BoardPlace.Adc)]
    [InlineData(1)]
    public void Adc(int times)
    {
        var place = BoardPlace.Of(BoardPlace.Adc);
        using var context = new FakeDriverContext();
        using var channel = (IAdcChannel)new LinuxAdcPlugin().Create(context).Open(Options.Of(place.Options("chip", "channel")));
        for (var i = 0; i < times; i++) Assert.Equal(long.Parse(place["microvolts"], CultureInfo.InvariantCulture), channel.ReadMicrovolts());
    }

    [BoardTheory(BoardPlace.Gpio)]
    [InlineData("test")]
    public void A_line_that_another_has_is_refused_with_its_name(string role)
    {
        var place = BoardPlace.Of(BoardPlace.Gpio).Options("chip", "line");
        using var context = new FakeDriverContext();
        var driver = new LinuxGpioPlugin().Create(context);
        using var line = driver.Open(Options.For(role, place));

        Assert.EndsWith("in use by 'ehv test'", Assert.Throws<PeripheralException>(() => driver.Open(Options.For("second", place))).Message);
    }

    [BoardTheory(BoardPlace.Gpio)]
    [InlineData(true)]
    [InlineData(false)]
    public void A_kept_line_holds_its_level_and_is_taken_up_again(bool level)
    {
        var place = BoardPlace.Of(BoardPlace.Gpio);
        var outside = Path.Join(place["outside"], "value");
        File.WriteAllText(Path.Join(place["outside"], "pull"), level ? "pull-down" : "pull-up"); // where it falls back to
        using var files = new DuplicatingFiles();
        using (var before = new FakeDriverContext { Keeper = files })
        {
            var line = (IGpioLine)new LinuxGpioPlugin().Create(before).Open(Options.For("relay1", place.Options("chip", "line")));
            line.Configure(new GpioMode(GpioDirection.Output), level);
            line.Dispose(); // the service ends
        }
        Assert.Equal(level ? "1" : "0", File.ReadAllText(outside).Trim());

        using (var after = new FakeDriverContext { Keeper = files })
        {
            using var line = (IGpioLine)new LinuxGpioPlugin().Create(after).Open(Options.For("relay1", place.Options("chip", "line")));
            Assert.Empty(after.Reports);
            Assert.Equal(level, line.Read());
            line.Configure(new GpioMode(GpioDirection.Output), level);
            Assert.Equal(level ? "1" : "0", File.ReadAllText(outside).Trim());
            line.Configure(new GpioMode(GpioDirection.Disconnected), false);
        }
        Assert.Empty(files.Names);
    }

    [BoardTheory(BoardPlace.Gpio)]
    [InlineData(0b01)]
    [InlineData(0b10)]
    public void Several_lines_are_one_request_and_are_driven_in_one_call(ulong levels)
    {
        var place = BoardPlace.Of(BoardPlace.Gpio);
        using var context = new FakeDriverContext();
        var group = ((IGpioGroups)new LinuxGpioPlugin().Create(context)).OpenGroup(
            [Options.For("first", place.Options("chip", "line")), Options.For("second", [.. place.Options("chip"), ("line", place["markerLine"])])]);
        foreach (var line in group.Lines) line.Configure(new GpioMode(GpioDirection.Output), false);

        group.Write(0b11, levels);

        Assert.Equal([$"{levels & 1}", $"{levels >> 1}"], new[] { "outside", "marker" }.Select(outside => File.ReadAllText(Path.Join(place[outside], "value")).Trim()));
        foreach (var line in group.Lines) line.Dispose();
    }

    /// <summary>A line that comes to rest at another level than before is one edge, however it got there.</summary>
    [BoardTheory(BoardPlace.Gpio)]
    [InlineData(2_000_000)]
    public void A_line_that_bounces_is_one_edge(int debounceUs)
    {
        var place = BoardPlace.Of(BoardPlace.Gpio);
        var pull = Path.Join(place["outside"], "pull");
        File.WriteAllText(pull, "pull-down");
        using var context = new FakeDriverContext();
        using var line = (IGpioLine)new LinuxGpioPlugin().Create(context).Open(
            Options.For("button1", [.. place.Options("chip", "line"), ("debounceUs", debounceUs.ToString(CultureInfo.InvariantCulture))]));
        line.Configure(new GpioMode(GpioDirection.Input), false);
        using var heard = new SemaphoreSlim(0);
        var edges = new ConcurrentQueue<bool>();
        line.Watch(edge =>
        {
            edges.Enqueue(edge.Level);
            heard.Release();
        });

        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < 5; i++) File.WriteAllText(pull, i % 2 == 0 ? "pull-up" : "pull-down");
        Assert.True(Stopwatch.GetElapsedTime(start).TotalMicroseconds < debounceUs, "this board was too slow to bounce");
        Assert.True(heard.Wait(Patience.Long));
        Assert.True(Stopwatch.GetElapsedTime(start).TotalMicroseconds >= debounceUs);
        File.WriteAllText(pull, "pull-down");
        Assert.True(heard.Wait(Patience.Long));

        Assert.Equal([true, false], edges);
    }

    [BoardTheory(BoardPlace.I2c)]
    [InlineData("0x3a5")]
    public void An_adapter_without_ten_bits_refuses_such_a_target(string address)
    {
        using var context = new FakeDriverContext();
        var driver = new LinuxI2cPlugin().Create(context);

        var refusal = Assert.Throws<PeripheralException>(() => driver.Open(Options.For("far", [.. BoardPlace.Of(BoardPlace.I2c).Options("bus"), ("address", address), ("tenBit", "true")])));

        Assert.EndsWith("the adapter cannot do 10-bit addresses", refusal.Message, StringComparison.Ordinal);
    }

    [BoardTheory(BoardPlace.Serial)]
    [InlineData("true")]
    public void A_port_that_cannot_do_RS_485_says_so(string isOn)
    {
        using var context = new FakeDriverContext();
        var driver = new LinuxSerialPlugin().Create(context);

        var refusal = Assert.Throws<PeripheralException>(() => driver.Open(Options.For("field1", [.. BoardPlace.Of(BoardPlace.Serial).Options("path"), ("rs485", isOn)])));

        Assert.Contains("cannot do RS-485", refusal.Message, StringComparison.Ordinal);
    }

    // xunit takes public classes only for test classes.
    private sealed class GpioOnBoard : GpioContract
    {
        protected override IGpioRig NewRig()
        {
            var context = new FakeDriverContext();
            var driver = new LinuxGpioPlugin().Create(context);
            var place = BoardPlace.Of(BoardPlace.Gpio);
            return new BoardGpioRig(
                options => (IGpioLine)driver.Open(Options.Of([.. place.Options("chip", "line"), .. options])),
                heard =>
                {
                    var marker = (IGpioLine)driver.Open(Options.For("marker", [.. place.Options("chip"), ("line", place["markerLine"])]));
                    marker.Configure(new GpioMode(GpioDirection.Input, GpioBias.PullDown), false);
                    marker.Watch(_ => heard());
                    return marker;
                });
        }
    }

    private sealed class I2cOnBoard : I2cContract
    {
        protected override II2cRig NewRig() => new BoardI2cRig(
            (context, address) => (II2cTarget)new LinuxI2cPlugin().Create(context).Open(Options.Of([.. BoardPlace.Of(BoardPlace.I2c).Options("bus"), ("address", address)])));
    }

    private sealed class SpiOnBoard : SpiContract
    {
        protected override ISpiDevice OpenLoopback() =>
            (ISpiDevice)new LinuxSpiPlugin().Create(new FakeDriverContext()).Open(Options.Of(BoardPlace.Of(BoardPlace.Spi).Options("bus", "chipSelect")));
    }

    private sealed class PwmOnBoard : PwmContract
    {
        protected override (IPwmChannel Channel, Func<PwmSetting> Measure) Open()
        {
            var place = BoardPlace.Of(BoardPlace.Pwm);
            var channel = (IPwmChannel)new LinuxPwmPlugin().Create(new FakeDriverContext()).Open(Options.Of(place.Options("chip", "channel")));
            return (channel, () => BoardPwmLog.Last(place));
        }
    }

    private sealed class SerialOnBoard : SerialContract
    {
        protected override ISerialRig NewRig() => new BoardSerialRig();
    }

    private sealed class LedOnBoard : LedContract
    {
        protected override (ILed Led, Func<int> See) Open()
        {
            var place = BoardPlace.Of(BoardPlace.Led);
            var led = (ILed)new LinuxLedPlugin().Create(new FakeDriverContext()).Open(Options.Of(place.Options("name")));
            return (led, () => File.ReadAllText(place["outside"]).Trim() == "0" ? 0 : led.MaximumBrightness);
        }
    }
}
