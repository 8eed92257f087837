// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Cores.CortexM.Tests;

/// <summary>Guest time that a test sets.</summary>
internal sealed class ManualClock : IGuestClock
{
    private readonly List<Timer> _timers = [];

    public long NowNs { get; private set; }

    public IGuestTimer CreateTimer(Action due)
    {
        var timer = new Timer(due);
        _timers.Add(timer);
        return timer;
    }

    public void AdvanceTo(long nowNs)
    {
        NowNs = nowNs;
        foreach (var timer in _timers) timer.FireIfDue(nowNs);
    }

    private sealed class Timer(Action due) : IGuestTimer
    {
        public long? DeadlineNs { get; private set; }

        public void Set(long deadlineNs) => DeadlineNs = deadlineNs;

        public void Cancel() => DeadlineNs = null;

        public void FireIfDue(long nowNs)
        {
            if (DeadlineNs is not { } deadline || deadline > nowNs) return;
            DeadlineNs = null;
            due();
        }
    }
}
