// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.EndToEnd.Linux;

/// <summary>Linux's own gpio-virtio and i2c-virtio, compiled from Debian's source package, drive our virtio devices.</summary>
public sealed class VirtioPeripheralTests
{
    private static readonly string[] Tools = ["gpiodetect", "gpioget", "gpioset", "gpioinfo", "gpiomon", "i2cget", "i2cset", "i2ctransfer"];
    private static readonly string[] Drivers = ["gpio-virtio", "i2c-virtio"];

    [FactWithDebian(NeedsDrivers = true)]
    public async Task The_kernels_virtio_drivers_reach_the_boards_lines_and_buses()
    {
        await using var guest = await DebianOnBoard.StartAsync(
            Tools, ["i2c-dev", .. Drivers],
            ["gpio1/2: led1", "gpio1/3: { to: button1, access: shared }", "i2c1: { to: [bme280, eeprom1], access: shared }"],
            "gpio1: { plugin: device.virtio.gpio, at: 0x1000_5000, options: { lines: 8 }, wires: { irq: plic/5 } }",
            "i2c1: { plugin: device.virtio.i2c, at: 0x1000_6000, wires: { irq: plic/6 } }");
        var (desk, shell) = (guest.Board, guest.Shell);
        await shell.DoAsync("chip=$(gpiodetect | grep virtio); echo $chip; chip=${chip%% *}");

        // An output, high and low.
        foreach (var (level, word) in new[] { ("1", "high"), ("0", "low") })
        {
            await shell.DoAsync($"gpioset -c $chip 2={level} & holder=$!");
            await shell.DoAsync("until gpioinfo -c $chip | grep -q gpioset; do sleep 0.1; done");
            await desk.ShowsAsync("led1", "level", word);
            await shell.DoAsync("kill $holder; wait $holder || true");
        }

        // An input: its level, and its edges by the events queue, masked and unmasked in between.
        Assert.Contains("active", await shell.DoAsync("gpioget -c $chip 3"), StringComparison.Ordinal);
        await shell.DoAsync("gpiomon -c $chip --edges=both --num-events=4 --format=%E 3 >/tmp/edges & monitor=$!");
        await shell.DoAsync("until gpioinfo -c $chip | grep -q gpiomon; do sleep 0.1; done");
        for (var edges = 1; edges <= 4; edges++)
        {
            await desk.DoAsync("board", "set", "button1", edges % 2 == 1 ? "level=low" : "level=high");
            await shell.DoAsync($"until [ $(grep -c ing /tmp/edges) -ge {edges} ]; do sleep 0.1; done");
        }
        Assert.Equal(["falling", "rising", "falling", "rising"], (await shell.DoAsync("cat /tmp/edges")).Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));

        // The bus: a register with a repeated start, bytes that stay, and an address where nobody is mapped.
        await shell.DoAsync("bus=$(grep -l virtio /sys/bus/i2c/devices/i2c-*/name); bus=${bus%/name}; bus=${bus##*-}; echo $bus");
        Assert.Equal("0x60", (await shell.DoAsync("i2cget -y $bus 0x76 0xd0")).Trim());
        await shell.DoAsync("i2ctransfer -y $bus w4@0x50 0x10 0xca 0xfe 0x42");
        Assert.Equal("0xca 0xfe 0x42", (await shell.DoAsync("i2ctransfer -y $bus w1@0x50 0x10 r3")).Trim());
        Assert.Equal("nobody", (await shell.DoAsync("i2cget -y $bus 0x51 0 2>/dev/null || echo nobody")).Trim());
    }
}
