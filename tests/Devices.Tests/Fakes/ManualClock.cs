// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace Devices.Tests.Fakes;

/// <summary>Guest time that moves when the test says so, and calls timers in the order of their deadlines.</summary>
internal sealed class ManualClock : IGuestClock
{
    private readonly List<Timer> _timers = [];

    public long NowNs { get; private set; }

    /// <summary>Whether any timer is set.</summary>
    public bool HasTimers => _timers.Any(t => t.DeadlineNs is not null);

    public IGuestTimer CreateTimer(Action due)
    {
        var timer = new Timer(due);
        _timers.Add(timer);
        return timer;
    }

    public void Advance(long nanoseconds) => AdvanceTo(NowNs + nanoseconds);

    public void AdvanceTo(long targetNs)
    {
        while (NextDue(targetNs) is { } timer)
        {
            NowNs = Math.Max(NowNs, timer.DeadlineNs!.Value);
            timer.Fire();
        }
        NowNs = targetNs;
    }

    private Timer? NextDue(long targetNs) =>
        _timers.Where(t => t.DeadlineNs <= targetNs).MinBy(t => t.DeadlineNs);

    private sealed class Timer(Action due) : IGuestTimer
    {
        public long? DeadlineNs { get; private set; }

        public void Set(long deadlineNs) => DeadlineNs = deadlineNs;

        public void Cancel() => DeadlineNs = null;

        public void Fire()
        {
            DeadlineNs = null;
            due();
        }
    }
}
