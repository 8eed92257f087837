// SPDX-License-Identifier: Apache-2.0
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeHypervisor.Host.Systemd;

/// <summary>Feeds systemd's watchdog as long as every probe says that the service works.</summary>
internal sealed class WatchdogFeeder(
    IServiceManager manager, IEnumerable<IWatchdogProbe> probes, TimeProvider time, ILogger<WatchdogFeeder> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (manager.WatchdogInterval is not { } interval) return;
        // Half the time, as sd_watchdog_enabled(3) advises.
        using var timer = new PeriodicTimer(interval / 2, time);
        do
        {
            Feed();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    private void Feed()
    {
        if (probes.Select(p => p.FindProblem()).FirstOrDefault(p => p is not null) is { } problem)
            log.LogError("The watchdog is not fed: {Problem}", problem);
        else
            manager.KeepAlive();
    }
}
