// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Host.Systemd;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeHypervisor.Host.Tests.Systemd;

/// <summary>The watchdog is fed in time, and only while everything works.</summary>
public sealed class WatchdogFeederTests
{
    private readonly SteppedTime _time = new();
    private readonly RecordingManager _manager = new() { WatchdogInterval = TimeSpan.FromSeconds(10) };
    private readonly Probe _probe = new();

    [Fact]
    public async Task The_watchdog_is_fed_twice_an_interval()
    {
        using var feeder = await StartAsync();
        Assert.Equal(1, _manager.Fed);
        await _manager.FedNext.AfterAsync(() => _time.AdvanceAsync(TimeSpan.FromSeconds(5)));
        await _manager.FedNext.AfterAsync(() => _time.AdvanceAsync(TimeSpan.FromSeconds(5)));
        Assert.Equal(3, _manager.Fed);
        await feeder.StopAsync(default);
    }

    [Fact]
    public async Task A_probe_that_finds_a_problem_lets_the_watchdog_starve()
    {
        using var feeder = await StartAsync();
        _probe.Problem = "the scheduler does not turn";
        await _probe.Asked.AfterAsync(() => _time.AdvanceAsync(TimeSpan.FromSeconds(5)));
        await _probe.Asked.AfterAsync(() => _time.AdvanceAsync(TimeSpan.FromSeconds(5)));
        Assert.Equal(1, _manager.Fed);
        await feeder.StopAsync(default);
    }

    [Fact]
    public async Task Without_a_watchdog_nobody_is_fed()
    {
        _manager.WatchdogInterval = null;
        using var feeder = await StartAsync();
        await feeder.ExecuteTask!;
        Assert.Equal(0, _manager.Fed);
    }

    private async Task<WatchdogFeeder> StartAsync()
    {
        var feeder = new WatchdogFeeder(_manager, [_probe], _time, NullLogger<WatchdogFeeder>.Instance);
        if (_manager.WatchdogInterval is null)
            await feeder.StartAsync(default);
        else
            await _manager.FedNext.AfterAsync(() => feeder.StartAsync(default));
        return feeder;
    }
}
