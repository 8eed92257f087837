// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.BoardTests;

/// <summary>The service goes and comes back; what it holds is held on.</summary>
public sealed class RecoveryTests
{
    [Fact]
    public async Task A_restart_leaves_no_trace_on_a_held_line()
    {
        using var pin = new Pin(17);
        pin.Pull(false); // where the line would fall if it were let go of
        await using var guest = await HoldingAsync("restarted");
        using var history = new LineHistory(17);
        using var scope = new Scope(pin);
        var before = await Systemd.ProcessAsync();

        await Systemd.DoAsync("restart");
        await IsBackAsync(guest, before);

        AssertNoTrace(pin, scope, history);
        Assert.Contains("ending, saving VMs", await Command.RunAsync("journalctl", "--unit", Systemd.Unit, "--no-pager", "--output", "cat"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kill_leaves_no_trace_on_a_held_line_and_the_guest_comes_back()
    {
        using var pin = new Pin(17);
        pin.Pull(false);
        await using var guest = await HoldingAsync("killed");
        await Systemd.DoAsync("restart"); // saves it
        using var history = new LineHistory(17);
        using var scope = new Scope(pin);
        var before = await Systemd.ProcessAsync();

        Systemd.Signal(before, Systemd.Kill);
        await IsBackAsync(guest, before);

        AssertNoTrace(pin, scope, history);
        Assert.Contains("comes back as it was saved", await Systemd.LogAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_hangs_is_killed_by_the_watchdog_and_comes_back_with_its_guests()
    {
        using var pin = new Pin(17);
        pin.Pull(false);
        await using var guest = await HoldingAsync("watched");
        await Systemd.DoAsync("restart");
        using var history = new LineHistory(17);
        using var scope = new Scope(pin);
        var before = await Systemd.ProcessAsync();

        Systemd.Signal(before, Systemd.Stop);
        await IsBackAsync(guest, before);

        AssertNoTrace(pin, scope, history);
        var journal = await Command.RunAsync("journalctl", "--unit", Systemd.Unit, "--no-pager", "--output", "cat");
        Assert.Contains("Watchdog timeout", journal, StringComparison.Ordinal);
        Assert.Contains("code=killed, status=9/KILL", journal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restart_puts_a_line_on_its_safe_level_where_the_manifest_says_so()
    {
        using var pin = new Pin(22);
        pin.Pull(true);
        await using var guest = await Guest.StartAsync("careful", "gpio0/4: { to: relay2, safe: low, onServiceRestart: safe }");
        await guest.DoAsync("out 4 1");
        using var scope = new Scope(pin);
        var before = await Systemd.ProcessAsync();
        await Systemd.DoAsync("restart");
        await IsBackAsync(guest, before);
        await pin.BecomesAsync(true);
        Assert.Equal([(22, false), (22, true)], scope.Stop());
    }

    [Fact]
    public async Task Saving_large_guests_gets_the_time_it_needs()
    {
        await using var guest = await Guest.StartWithMemoryAsync("big", "256Mi");
        await guest.DoAsync("fill 250");
        File.WriteAllText("/run/systemd/system/edge-hypervisor.service.d/z-hasty.conf", "[Service]\nTimeoutStopSec=5s\n");
        await Command.RunAsync("systemctl", "daemon-reload");
        await Systemd.DoAsync("stop");
        Assert.Equal("success", await Systemd.ShowAsync("Result"));
        File.Delete("/run/systemd/system/edge-hypervisor.service.d/z-hasty.conf");
        await Command.RunAsync("systemctl", "daemon-reload");
        await Systemd.DoAsync("start");
        await Patience.UntilAsync(() => Service.IsInStateAsync("big", "running"), "it runs again");
        await Patience.UntilAsync(
            async () => (await Systemd.LogAsync()).Contains("comes back as it was saved", StringComparison.Ordinal), "it was saved");
    }

    [Fact]
    public async Task Stopping_the_service_lets_go_of_the_lines()
    {
        using var pin = new Pin(17);
        pin.Pull(false);
        await using var guest = await HoldingAsync("let-go");
        await Systemd.DoAsync("stop");
        Assert.False(pin.Level);
        await Systemd.DoAsync("start");
        await pin.BecomesAsync(true);
    }

    private static async Task<Guest> HoldingAsync(string name)
    {
        var guest = await Guest.StartAsync(name, "gpio0/3: { to: relay1, onServiceRestart: hold }");
        await guest.DoAsync("out 3 1");
        return guest;
    }

    // Its guest answers again, and still has the line as its output.
    private static async Task IsBackAsync(Guest guest, int before)
    {
        await Systemd.ReadyAgainAsync(before);
        await Patience.UntilAsync(() => Service.IsInStateAsync(guest.Name, "running"), $"{guest.Name} runs again");
        await guest.AttachAsync();
        await guest.DoAsync("read 31");
    }

    private static void AssertNoTrace(Pin pin, Scope scope, LineHistory history)
    {
        Assert.True(pin.Level);
        Assert.Empty(scope.Stop());
        Assert.True(scope.Looks > 100, $"the pin was looked at {scope.Looks} times only");
        Assert.DoesNotContain(LineEvent.Released, history.Take());
    }
}
