// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.BoardTests;

/// <summary>The service goes and comes back; what it holds is held on.</summary>
public sealed class RecoveryTests
{
    // One guest goes through all of it, since each start of the service is a minute of compiling where the board is emulated.
    [Fact]
    public async Task Neither_a_restart_nor_a_kill_nor_a_hang_leaves_a_trace_on_a_held_line()
    {
        using var held = new Pin(17);
        using var safe = new Pin(22);
        held.Pull(false); // where the lines would fall if they were let go of
        safe.Pull(true);
        await using var guest = await Guest.StartAsync(
            "holding", "gpio0/3: { to: relay1, onServiceRestart: hold }", "gpio0/4: { to: relay2, safe: low, onServiceRestart: safe }");
        await guest.DoAsync("out 3 1");
        await guest.DoAsync("out 4 1");

        using (var scope = new Scope(safe))
        {
            await AssertNoTraceAsync(guest, held, () => Systemd.DoAsync("restart"));
            await safe.BecomesAsync(true);
            Assert.Equal([(22, false), (22, true)], scope.Stop());
        }
        Assert.Contains("ending, saving VMs", await Systemd.JournalAsync(), StringComparison.Ordinal);

        await AssertNoTraceAsync(guest, held, async () => Systemd.Signal(await Systemd.ProcessAsync(), Systemd.Kill));
        Assert.Contains("comes back as it was saved", await Systemd.LogAsync(), StringComparison.Ordinal);

        await AssertNoTraceAsync(guest, held, async () => Systemd.Signal(await Systemd.ProcessAsync(), Systemd.Stop));
        var journal = await Systemd.JournalAsync();
        Assert.Contains("Watchdog timeout", journal, StringComparison.Ordinal);
        Assert.Contains("code=killed, status=9/KILL", journal, StringComparison.Ordinal);
        Assert.Contains("comes back as it was saved", await Systemd.LogAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_lets_go_of_the_lines_and_saving_large_guests_gets_the_time_it_needs()
    {
        using var pin = new Pin(17);
        pin.Pull(false);
        await using var guest = await Guest.StartWithMemoryAsync("big", "128Mi", "gpio0/3: { to: relay1, onServiceRestart: hold }");
        await guest.DoAsync("out 3 1");
        await guest.DoAsync("fill 120");
        File.WriteAllText("/run/systemd/system/edge-hypervisor.service.d/z-hasty.conf", "[Service]\nTimeoutStopSec=5s\n");
        await Command.RunAsync("systemctl", "daemon-reload");
        await Systemd.DoAsync("stop");
        Assert.Equal("success", await Systemd.ShowAsync("Result"));
        Assert.False(pin.Level);
        File.Delete("/run/systemd/system/edge-hypervisor.service.d/z-hasty.conf");
        await Command.RunAsync("systemctl", "daemon-reload");
        await Systemd.DoAsync("start");
        await Patience.UntilAsync(() => Service.IsInStateAsync("big", "running"), "it runs again");
        await pin.BecomesAsync(true);
        await Patience.UntilAsync(
            async () => (await Systemd.LogAsync()).Contains("comes back as it was saved", StringComparison.Ordinal), "it was saved");
    }

    // The service goes, by what is given, and comes back. Its guest answers again, and the line was its output all the time.
    private static async Task AssertNoTraceAsync(Guest guest, Pin pin, Func<Task> goAway)
    {
        using var history = new LineHistory(pin.Line);
        using var scope = new Scope(pin);
        var before = await Systemd.ProcessAsync();
        await goAway();
        await Systemd.ReadyAgainAsync(before);
        await Patience.UntilAsync(() => Service.IsInStateAsync(guest.Name, "running"), $"{guest.Name} runs again");
        await guest.AttachAsync();
        await guest.DoAsync("read 31");
        Assert.True(pin.Level);
        Assert.Empty(scope.Stop());
        Assert.True(scope.Looks > 100, $"the pin was looked at {scope.Looks} times only");
        Assert.DoesNotContain(LineEvent.Released, history.Take());
    }
}
