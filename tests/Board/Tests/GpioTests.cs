// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.BoardTests;

/// <summary>A guest's lines are the board's: seen from outside of the pins.</summary>
public sealed class GpioTests
{
    [Fact]
    public async Task A_guests_output_is_on_the_pin_when_the_guest_says_so()
    {
        using var pin = new Pin(17);
        await using var guest = await Guest.StartAsync("driver", "gpio0/3: { to: relay1 }");
        foreach (var level in new[] { 1, 0, 1 })
        {
            await guest.DoAsync($"out 3 {level}");
            Assert.Equal(level == 1, pin.Level);
        }
    }

    [Fact]
    public async Task Pins_change_in_the_guests_order()
    {
        int[] lines = [17, 22, 23, 25];
        var pins = lines.Select(line => new Pin(line)).ToArray();
        await using var guest = await Guest.StartAsync("walker", "gpio0/3: relay1", "gpio0/4: relay2", "gpio0/5: led1", "gpio0/6: led2");
        await guest.DoAsync("walk 3 4 0"); // all low, and its code is compiled
        var step = TimeSpan.FromMilliseconds(100);
        for (var isSeen = false; !isSeen;) // a scope that did not look for as long as a step has seen nothing that counts
        {
            using var scope = new Scope(pins);
            await guest.DoAsync($"walk 3 4 {step.TotalMilliseconds}");
            var changes = scope.Stop();
            isSeen = scope.LongestGap < step;
            if (isSeen) Assert.Equal([.. lines.Select(line => (line, true)), .. lines.Select(line => (line, false))], changes);
        }
        foreach (var pin in pins) pin.Dispose();
    }

    [Fact]
    public async Task Every_toggle_of_a_tight_loop_reaches_the_driver()
    {
        const int toggles = 2000;
        await using var guest = await Guest.StartAsync("toggler", "gpio0/3: relay1");
        await guest.DoAsync("out 3 0");
        var before = await ChangesAsync("relay1");
        await guest.DoAsync($"toggle 3 {toggles}");
        Assert.Equal(before + toggles, await ChangesAsync("relay1"));
    }

    [Fact]
    public async Task Pulling_a_pin_interrupts_the_guest_in_order_and_in_time()
    {
        using var pin = new Pin(27);
        pin.Pull(true);
        await using var guest = await Guest.StartAsync("listener", "gpio0/7: { to: button1, access: shared }");
        Assert.Equal("level 1", await guest.DoAsync("in 7"));
        await guest.DoAsync("watch 7");
        var gap = TimeSpan.FromMilliseconds(200);
        for (var i = 0; i < 4; i++)
        {
            pin.Pull(i % 2 == 1);
            await guest.HasToldAsync(i + 1);
            await Task.Delay(gap);
        }
        Assert.Equal([false, true, false, true], guest.Edges.Select(edge => edge.Level));
        Assert.All(guest.Edges, edge => Assert.Equal(7, edge.Line));
        foreach (var (earlier, later) in guest.Edges.Zip(guest.Edges.Skip(1)))
            Assert.InRange(later.Microseconds - earlier.Microseconds, gap.TotalMicroseconds * 0.5, gap.TotalMicroseconds * 20);
    }

    [Fact]
    public async Task A_burst_of_edges_ends_at_the_level_of_the_pin()
    {
        using var pin = new Pin(27);
        pin.Pull(false);
        await using var guest = await Guest.StartAsync("burst", "gpio0/7: { to: button1, access: shared }");
        await guest.DoAsync("in 7");
        for (var i = 0; i < 200; i++) pin.Pull(i % 2 == 0);
        pin.Pull(true);
        await Patience.UntilAsync(async () => await guest.DoAsync("read 7") == "level 1", "the guest sees the last level");
    }

    [Fact]
    public async Task A_guests_interrupt_handler_carries_an_input_to_an_output()
    {
        using var button = new Pin(27);
        using var relay = new Pin(22);
        button.Pull(false);
        await using var guest = await Guest.StartAsync("mirror", "gpio0/7: { to: button1, access: shared }", "gpio0/4: relay2");
        await guest.DoAsync("in 7");
        await guest.DoAsync("mirror 7 4");
        foreach (var level in new[] { true, false, true })
        {
            button.Pull(level);
            await relay.BecomesAsync(level);
        }
    }

    private static async Task<long> ChangesAsync(string role) =>
        (await Service.Control.GetAsync("v1/board/activity", ControlJson.Default.IReadOnlyListPeripheralActivity, CancellationToken.None))
        .First(peripheral => peripheral.Role == role).Changes;
}
