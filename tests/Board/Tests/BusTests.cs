// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.BoardTests;

/// <summary>A guest's buses end at the board's chips.</summary>
public sealed class BusTests
{
    private const int Sensor = 0x76;
    private const string SensorPort = "i2c0: { to: [bme280], access: shared }";

    public BusTests() => Wires.WriteRegister(Sensor, 0xd0, 0x60);

    [Fact]
    public async Task Registers_go_both_ways()
    {
        await using var guest = await Guest.StartAsync("reader", SensorPort);
        Assert.Equal("60", await guest.DoAsync("i2c read 0x76 0xd0 1"));
        await guest.DoAsync("i2c write 0x76 0xf4 0x27");
        Assert.Equal(0x27, Wires.ReadRegister(Sensor, 0xf4));
    }

    [Fact]
    public async Task An_address_that_is_not_mapped_does_not_reach_the_bus()
    {
        await using var guest = await Guest.StartAsync("curious", SensorPort);
        Wires.TakeLog();
        Assert.Equal("error no answer", await guest.AskPatientlyAsync("i2c read 0x50 0 1"));
        Assert.DoesNotContain(Wires.TakeLog(), line => line.StartsWith("i2c 50", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_target_that_fails_is_an_error_for_its_guest_and_nothing_else()
    {
        await using var guest = await Guest.StartAsync("unlucky", SensorPort);
        Assert.Equal("60", await guest.DoAsync("i2c read 0x76 0xd0 1"));
        Wires.FailI2c(Sensor, 1);
        Assert.StartsWith("error", await guest.AskAsync("i2c read 0x76 0xd0 1"), StringComparison.Ordinal);
        Assert.Equal("60", await guest.DoAsync("i2c read 0x76 0xd0 1"));
    }

    [Fact]
    public async Task Two_guests_read_one_sensor_and_no_transaction_is_torn_or_made_twice()
    {
        const int each = 50;
        await using var one = await Guest.StartAsync("one", SensorPort);
        await using var two = await Guest.StartAsync("two", SensorPort);
        // A controller that must say at once whether an address answers asks the bus, and its first read of a register is a long one: not part
        // of what is counted.
        await one.DoAsync("i2c read 0x76 0xd0 1");
        await two.DoAsync("i2c read 0x76 0xd1 1");
        Wires.TakeLog();
        var both = await Task.WhenAll(one.DoAsync($"i2c repeat 0x76 0xd0 {each}"), two.DoAsync($"i2c repeat 0x76 0xd1 {each}"));
        Assert.All(both, answer => Assert.Contains($"transactions {each} failed 0", answer, StringComparison.Ordinal));
        var messages = Wires.TakeLog().Where(line => line.StartsWith("i2c 76", StringComparison.Ordinal)).ToArray();
        // What is read belongs to the register number just before it, never to the other guest's.
        var pairs = messages.Chunk(2).Select(pair => string.Join(", ", pair)).CountBy(pair => pair).OrderBy(pair => pair.Key);
        Assert.Equal([new("i2c 76 w d0, i2c 76 r 60", each), new("i2c 76 w d1, i2c 76 r 00", each)], pairs);
    }

    [Fact]
    public async Task An_address_is_asked_for_once_and_only_the_first_read_of_a_register_is_longer_than_the_guests()
    {
        await using var guest = await Guest.StartAsync("asking", SensorPort);
        Wires.TakeLog();
        for (var i = 0; i < 3; i++) await guest.DoAsync("i2c read 0x76 0xd0 1");
        Assert.Equal(
            ["i2c 76 w", "i2c 76 w d0", "i2c 76 r 60" + new string('0', 2 * 31), "i2c 76 w d0", "i2c 76 r 60", "i2c 76 w d0", "i2c 76 r 60"],
            Wires.TakeLog().Where(line => line.StartsWith("i2c 76", StringComparison.Ordinal)).Select(line => line.TrimEnd()));
    }

    [Fact]
    public async Task A_slow_bus_holds_up_its_own_guest_only()
    {
        using var pin = new Pin(17);
        await using var waiting = await Guest.StartAsync("waiting", SensorPort);
        await using var busy = await Guest.StartAsync("busy", "gpio0/3: relay1", "spi0/0: spi0");
        await busy.DoAsync("spi 0 00");
        await using var slow = await SlowBus.MakeAsync("/dev/i2c-1");
        Wires.TakeLog();
        await waiting.SayAsync("i2c read 0x76 0xd0 1");
        for (var i = 0; i < 5; i++)
        {
            await busy.DoAsync($"out 3 {(i + 1) % 2}");
            Assert.Equal("5a", await busy.DoAsync("spi 0 5a"));
        }
        Assert.True(pin.Level);
        Assert.DoesNotContain(Wires.TakeLog(), line => line.StartsWith("i2c", StringComparison.Ordinal)); // it hangs still
    }

    [Fact]
    public async Task Spi_messages_loop_back_and_chips_answer()
    {
        await using var guest = await Guest.StartAsync("spi", "spi0/0: spi0", "spi0/1: spi1");
        Assert.Equal("deadbeef", await guest.DoAsync("spi 0 deadbeef"));
        Wires.AnswerSpi(1, "9f", "00ef4018");
        Wires.TakeLog();
        // A guest that is held up between two bytes sends two messages, and the chip at the far side knows whole ones only.
        await Patience.UntilAsync(async () => await guest.DoAsync("spi 1 9f000000") == "00ef4018", "the chip answers with its number");
        Wires.LoopSpi(1);
        Assert.Contains(Wires.TakeLog(), line => line.StartsWith("spi 1 mode 0 10000 Hz w 9f000000", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_pwm_channel_has_the_guests_period_and_duty()
    {
        Wires.TakeLog();
        await using var guest = await Guest.StartAsync("pwm", "pwm0/1: fan");
        await guest.DoAsync("pwm 1 1000 250"); // low for 250 of 1000 microseconds
        var last = Wires.TakeLog().Last(line => line.StartsWith("pwm 0 ", StringComparison.Ordinal));
        Assert.True(last is "pwm 0 period 1000000 duty 250000 inversed on" or "pwm 0 period 1000000 duty 750000 normal on", last);
    }

    [Fact]
    public async Task A_serial_port_carries_bytes_both_ways()
    {
        await Command.RunAsync("stty", "-F", "/dev/serial0-peer", "raw", "-echo", "115200");
        using var peer = new FileStream("/dev/serial0-peer", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
        await using var guest = await Guest.StartAsync("serial", "uart1: console0");
        var heard = Task.Run(() =>
        {
            var bytes = new byte[5];
            peer.ReadExactly(bytes);
            peer.Write("world"u8);
            return System.Text.Encoding.ASCII.GetString(bytes);
        });
        Assert.Equal("world", await guest.DoAsync("serial hello 5"));
        Assert.Equal("hello", await heard);
    }
}
