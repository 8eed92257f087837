// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Host.Systemd;

/// <summary>The service works as long as the scheduler gives turns to VMs: asked at each look, answered before the next.</summary>
internal sealed class SchedulerProbe : IWatchdogProbe
{
    private volatile SchedulerHeartbeat? _heartbeat;

    /// <summary>What to look at; nothing is asked before.</summary>
    public void Use(SchedulerHeartbeat heartbeat) => _heartbeat = heartbeat;

    public string? FindProblem()
    {
        if (_heartbeat is not { } heartbeat) return null;
        if (!heartbeat.IsAnswered) return "no worker has taken a turn since the last look: a plugin may hold all of them";
        heartbeat.Ask();
        return null;
    }
}
