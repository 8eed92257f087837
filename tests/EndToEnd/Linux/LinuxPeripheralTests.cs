// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.EndToEnd.Linux;

/// <summary>Debian's own drivers and tools in the guest act on the board's lines and buses, and hear of them.</summary>
public sealed class LinuxPeripheralTests
{
    [FactWithDebian]
    public async Task The_boards_lines_and_buses_are_in_the_hands_of_the_guests_own_tools()
    {
        await using var guest = await DebianOnBoard.StartAsync(
            GuestTools.Programs, GuestTools.Modules,
            ["gpio0/0: led1", "gpio0/1: { to: button1, access: shared }", "i2c0: { to: [bme280], access: shared }", "spi0/0: spi0", "pwm0/1: fan"]);
        var (desk, tools) = (guest.Board, new GuestTools(guest.Shell));

        // An output.
        await tools.HoldAsync(0, true);
        await desk.ShowsAsync("led1", "level", "high");

        // An input, by interrupts.
        await tools.ListenAsync(1, edges: 2);
        await desk.DoAsync("board", "set", "button1", "level=low");
        await tools.HeardAsync(1);
        await desk.DoAsync("board", "set", "button1", "level=high");
        Assert.Equal(["falling", "rising"], await tools.EdgesAsync());

        // A register of the sensor, whose number is its kind, and an address where nobody is mapped.
        Assert.Equal("0x60", await tools.ReadRegisterAsync(0x76, 0xd0));
        Assert.Equal("nobody", await tools.ReadRegisterAsync(0x50, 0));

        // A message to a chip that sends back what it gets.
        Assert.Equal("edge", await tools.ExchangeAsync("edge"));

        // A quarter of a period.
        await tools.PulseAsync(1, 1_000_000, 250_000);
        await desk.ShowsAsync("fan", "enabled", "true");
        Assert.Equal(25, double.Parse(await desk.ObservedAsync("fan", "dutyPercent"), CultureInfo.InvariantCulture), tolerance: 1);
    }
}
