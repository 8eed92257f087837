// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.BoardTests;

/// <summary>Two guests and one pin, by each policy.</summary>
public sealed class SharingTests
{
    [Fact]
    public async Task Every_guest_hears_an_input()
    {
        using var pin = new Pin(27);
        pin.Pull(false);
        await using var one = await Guest.StartAsync("one", "gpio0/7: { to: button1, access: shared }");
        await using var two = await Guest.StartAsync("two", "gpio0/8: { to: button1, access: shared }");
        await one.DoAsync("in 7");
        await one.DoAsync("watch 7");
        await two.DoAsync("in 8");
        await two.DoAsync("watch 8");
        pin.Pull(true);
        await Task.WhenAll(one.HasToldAsync(1), two.HasToldAsync(1));
        Assert.True(one.Edges[0].Level && two.Edges[0].Level);
    }

    [Fact]
    public async Task A_wired_or_line_is_high_when_any_guest_says_so() => await WiredAsync("wired-or", (one, two) => one || two);

    [Fact]
    public async Task A_wired_and_line_is_high_when_all_guests_say_so() => await WiredAsync("wired-and", (one, two) => one && two);

    [Fact]
    public async Task The_guest_of_higher_priority_has_the_line_until_it_stops()
    {
        using var pin = new Pin(22);
        await using var low = await Guest.StartAsync("low", "gpio0/4: { to: relay2, access: priority, priority: 1 }");
        await using var high = await Guest.StartAsync("high", "gpio0/4: { to: relay2, access: priority, priority: 9 }");
        await low.DoAsync("out 4 1");
        Assert.True(pin.Level);
        await high.DoAsync("out 4 0");
        Assert.False(pin.Level);
        await high.VerbAsync("stop");
        await pin.BecomesAsync(true);
    }

    [Fact]
    public async Task A_guest_may_watch_the_line_of_its_owner_and_not_drive_it()
    {
        using var pin = new Pin(22);
        await using var owner = await Guest.StartAsync("owner", "gpio0/4: { to: relay2, access: owner }");
        await using var watcher = await Guest.StartAsync("watcher", "gpio0/7: { to: relay2, access: shared }");
        await owner.DoAsync("out 4 0");
        await watcher.DoAsync("in 7");
        await watcher.DoAsync("watch 7");
        await owner.DoAsync("out 4 1");
        await watcher.HasToldAsync(1);
        await watcher.DoAsync("out 7 0");
        Assert.True(pin.Level);
    }

    [Fact]
    public async Task A_leased_line_passes_on_to_the_guest_that_waits()
    {
        using var pin = new Pin(22);
        await using var first = await Guest.StartAsync("first", "gpio0/4: { to: relay2, access: lease, leaseMs: 1500 }");
        await using var next = await Guest.StartAsync("next", "gpio0/4: { to: relay2, access: lease, leaseMs: 1500 }");
        await first.DoAsync("out 4 1");
        await next.DoAsync("out 4 0");
        Assert.True(pin.Level); // it waits
        await pin.BecomesAsync(false);
    }

    [Fact]
    public async Task A_line_that_is_taken_is_refused_with_the_one_who_has_it()
    {
        await using var holder = await Guest.StartAsync("holder", "gpio0/4: relay2");
        var refused = await Assert.ThrowsAsync<ControlException>(() => Guest.StartAsync("late", "gpio0/4: relay2"));
        Assert.Contains("holder", refused.Message + refused.Problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_a_program_of_the_board_has_is_refused_and_the_service_goes_on()
    {
        var refused = await Assert.ThrowsAsync<ControlException>(() => Guest.StartAsync("kernel", "gpio0/4: act"));
        Assert.Contains("act", refused.Message + refused.Problem.Detail, StringComparison.Ordinal);
    }

    private static async Task WiredAsync(string access, Func<bool, bool, bool> wanted)
    {
        using var pin = new Pin(22);
        await using var one = await Guest.StartAsync("one", $"gpio0/4: {{ to: relay2, access: {access} }}");
        await using var two = await Guest.StartAsync("two", $"gpio0/4: {{ to: relay2, access: {access} }}");
        foreach (var (a, b) in new[] { (0, 0), (1, 0), (1, 1), (0, 1), (0, 0) })
        {
            await one.DoAsync($"out 4 {a}");
            await two.DoAsync($"out 4 {b}");
            Assert.Equal(wanted(a == 1, b == 1), pin.Level);
        }
    }
}
