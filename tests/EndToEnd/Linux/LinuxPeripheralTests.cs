// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.EndToEnd.Linux;

/// <summary>Debian's own drivers and tools in the guest act on the board's lines and buses, and hear of them.</summary>
public sealed class LinuxPeripheralTests
{
    private static readonly string[] Tools = ["gpiodetect", "gpioset", "gpioinfo", "gpiomon", "i2cget", "spi-pipe"];
    private static readonly string[] Modules = ["i2c-dev", "i2c-ocores", "spi-sifive", "pwm-sifive"];

    [FactWithDebian]
    public async Task The_boards_lines_and_buses_are_in_the_hands_of_the_guests_own_tools()
    {
        await using var guest = await DebianOnBoard.StartAsync(
            Tools, Modules, ["gpio0/0: led1", "gpio0/1: { to: button1, access: shared }", "i2c0: { to: [bme280], access: shared }", "spi0/0: spi0", "pwm0/1: fan"]);
        var (desk, shell) = (guest.Board, guest.Shell);

        // An output.
        await shell.DoAsync("gpioset -c gpiochip0 0=1 & holder=$!");
        await shell.DoAsync("until gpioinfo -c gpiochip0 | grep -q gpioset; do sleep 0.1; done");
        await desk.ShowsAsync("led1", "level", "high");

        // An input, by interrupts.
        await shell.DoAsync("gpiomon -c gpiochip0 --edges=both --num-events=2 --format=%E 1 >/tmp/edges & monitor=$!");
        await shell.DoAsync("until gpioinfo -c gpiochip0 | grep -q gpiomon; do sleep 0.1; done");
        await desk.DoAsync("board", "set", "button1", "level=low");
        await shell.DoAsync("until grep -q falling /tmp/edges; do sleep 0.1; done");
        await desk.DoAsync("board", "set", "button1", "level=high");
        await shell.DoAsync("wait $monitor");
        Assert.Equal(["falling", "rising"], (await shell.DoAsync("cat /tmp/edges")).Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));

        // A register of the sensor, whose number is its kind, and an address where nobody is mapped.
        Assert.Equal("0x60", (await shell.DoAsync("i2cget -y 0 0x76 0xd0")).Trim());
        Assert.Equal("nobody", (await shell.DoAsync("i2cget -y 0 0x50 0 2>/dev/null || echo nobody")).Trim());

        // A message to a chip that sends back what it gets.
        Assert.Equal("edge", (await shell.DoAsync("echo -n edge | spi-pipe -d /dev/spidev0.0 -b 4 -n 1; echo")).Trim());

        // A quarter of a period, which this controller's driver takes as near as it can.
        await shell.DoAsync("cd /sys/class/pwm/pwmchip0; echo 1 >export; cd pwm1; echo 1000000 >period; echo 250000 >duty_cycle; echo 1 >enable; cd /");
        await desk.ShowsAsync("fan", "enabled", "true");
        Assert.Equal(25, double.Parse(await desk.ObservedAsync("fan", "dutyPercent"), CultureInfo.InvariantCulture), tolerance: 1);
    }
}
