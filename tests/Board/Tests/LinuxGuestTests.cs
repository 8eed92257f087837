// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.EndToEnd.Linux;

namespace EdgeHypervisor.BoardTests;

/// <summary>The tools of a stock Debian guest, through its own drivers, our devices, and the board's drivers, end at the board's pins and chips.</summary>
public sealed class LinuxGuestTests
{
    private const int Sensor = 0x76, Nobody = 0x50;

    [FactWithDebian]
    public async Task What_the_guests_own_tools_do_is_so_on_the_outside_of_the_pins()
    {
        using var relay = new Pin(17);
        using var button = new Pin(27);
        button.Pull(true);
        Wires.WriteRegister(Sensor, 0xd0, 0x60);
        await using var guest = await LinuxGuest.StartAsync(
            "gpio0/0: relay1", "gpio0/1: { to: button1, access: shared }", "i2c0: { to: [bme280], access: shared }", "spi0/0: spi0", "pwm0/1: fan");
        var tools = guest.Tools;

        // gpioset: an output, at both levels.
        foreach (var level in new[] { true, false, true })
        {
            await tools.HoldAsync(0, level);
            await relay.BecomesAsync(level);
            await tools.ReleaseAsync();
        }

        // gpiomon: an input, by interrupts.
        await tools.ListenAsync(1, edges: 4);
        for (var edge = 1; edge <= 4; edge++)
        {
            button.Pull(edge % 2 == 0);
            await tools.HeardAsync(edge);
        }
        Assert.Equal(["falling", "rising", "falling", "rising"], await tools.EdgesAsync());

        // i2cget and i2cset: registers both ways, and a chip of this bus that is not the guest's.
        Assert.Equal("0x60", await tools.ReadRegisterAsync(Sensor, 0xd0));
        Wires.WriteRegister(Sensor, 0xd0, 0x58);
        Assert.Equal("0x58", await tools.ReadRegisterAsync(Sensor, 0xd0));
        await tools.WriteRegisterAsync(Sensor, 0xf4, 0x27);
        Assert.Equal(0x27, Wires.ReadRegister(Sensor, 0xf4));
        Assert.Equal("nobody", await tools.ReadRegisterAsync(Nobody, 0));

        // spidev: the wires loop back. A guest that is held up between two bytes sends two messages.
        Wires.TakeLog();
        Assert.Equal("edge", await tools.ExchangeAsync("edge"));
        var sent = Wires.TakeLog().Where(line => line.StartsWith("spi 0 mode 0 ", StringComparison.Ordinal)).Select(line => line.Split(' ')[^3]);
        Assert.Equal("65646765", string.Concat(sent));

        // The PWM's sysfs: 2^17 ticks of 20 ns, which this controller can make, a quarter of them low: its driver knows inversed pulses only.
        await tools.PulseAsync(1, 2_621_440, 655_360);
        var last = Wires.TakeLog().Last(line => line.StartsWith("pwm 0 ", StringComparison.Ordinal));
        Assert.True(last is "pwm 0 period 2621440 duty 655360 inversed on" or "pwm 0 period 2621440 duty 1966080 normal on", last);
    }
}
