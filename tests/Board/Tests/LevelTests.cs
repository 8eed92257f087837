// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.BoardTests;

/// <summary>What a pin does when its VM ceases to run, as its manifest says.</summary>
public sealed class LevelTests
{
    [Fact]
    public async Task A_pause_holds_or_goes_to_the_safe_level()
    {
        using var held = new Pin(17);
        using var safe = new Pin(22);
        await using var guest = await Guest.StartAsync("pausing", "gpio0/3: { to: relay1, onPause: hold }", "gpio0/4: { to: relay2, onPause: safe, safe: low }");
        await guest.DoAsync("out 3 1");
        await guest.DoAsync("out 4 1");
        using var scope = new Scope(held, safe);
        await guest.VerbAsync("pause");
        Assert.True(held.Level);
        Assert.False(safe.Level);
        await guest.VerbAsync("resume");
        await safe.BecomesAsync(true);
        Assert.Equal([(22, false), (22, true)], scope.Stop());
    }

    [Fact]
    public async Task A_stop_goes_to_the_safe_level_whatever_that_is()
    {
        using var low = new Pin(17);
        using var high = new Pin(22);
        using var held = new Pin(23);
        await using var guest = await Guest.StartAsync(
            "stopping", "gpio0/3: { to: relay1, safe: low }", "gpio0/4: { to: relay2, safe: high }", "gpio0/5: { to: led1, onStop: hold }");
        foreach (var line in new[] { 3, 4, 5 }) await guest.DoAsync($"out {line} {(line == 4 ? 0 : 1)}");
        await guest.VerbAsync("stop");
        Assert.Equal((false, true, true), (low.Level, high.Level, held.Level));
    }

    [Fact]
    public async Task A_stopped_guest_drives_nothing_any_more()
    {
        using var pin = new Pin(17);
        await using var guest = await Guest.StartAsync("silenced", "gpio0/3: { to: relay1, safe: low }", "gpio0/7: { to: button1, access: shared }");
        using var button = new Pin(27);
        button.Pull(false);
        await guest.DoAsync("in 7");
        await guest.DoAsync("mirror 7 3");
        button.Pull(true);
        await pin.BecomesAsync(true);
        await guest.VerbAsync("stop");
        using var scope = new Scope(pin);
        button.Pull(false);
        button.Pull(true);
        await Patience.UntilAsync(() => scope.Looks > 200, "the pin was looked at");
        Assert.Empty(scope.Stop());
    }

    [Fact]
    public async Task A_crash_of_the_guest_powers_off_to_the_safe_level()
    {
        using var pin = new Pin(17);
        await using var guest = await Guest.StartAsync("crashing", "gpio0/3: { to: relay1, safe: low, onStop: safe, onFault: safe }");
        await guest.DoAsync("out 3 1");
        Assert.True(pin.Level);
        await guest.SayAsync("crash");
        await pin.BecomesAsync(false);
        await Patience.UntilAsync(() => Service.IsInStateAsync(guest.Name, "stopped"), "it is off");
    }
}
