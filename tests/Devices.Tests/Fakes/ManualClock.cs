// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace Devices.Tests.Fakes;

/// <summary>
/// Guest time that moves when the test says so, and calls timers in the order of their deadlines; or time as a VM that
/// follows its host has it: later at every look (<see cref="StepNs"/>), with timers that are late (<see cref="Elapse"/>).
/// </summary>
internal sealed class ManualClock : IGuestClock
{
    private readonly List<Timer> _timers = [];
    private long _nowNs;

    public long NowNs => _nowNs += StepNs;

    /// <summary>What passes at every look.</summary>
    public long StepNs { get; set; }

    /// <summary>Whether any timer is set.</summary>
    public bool HasTimers => _timers.Any(t => t.DeadlineNs is not null);

    public IGuestTimer CreateTimer(Action due)
    {
        var timer = new Timer(due);
        _timers.Add(timer);
        return timer;
    }

    public void Advance(long nanoseconds) => AdvanceTo(_nowNs + nanoseconds);

    public void AdvanceTo(long targetNs)
    {
        while (NextDue(targetNs) is { } timer)
        {
            _nowNs = Math.Max(_nowNs, timer.DeadlineNs!.Value);
            timer.Fire();
        }
        _nowNs = Math.Max(_nowNs, targetNs);
    }

    /// <summary>Time passes and no timer is called: the guest is in the middle of a slice.</summary>
    public void Elapse(long nanoseconds) => _nowNs += nanoseconds;

    /// <summary>Time passes as it does for this clock: exact, or live with timers called when it is over.</summary>
    public void Pass(long nanoseconds)
    {
        if (StepNs == 0)
        {
            Advance(nanoseconds);
            return;
        }
        Elapse(nanoseconds);
        FireDue();
    }

    /// <summary>The slice is over: calls each timer that is due once.</summary>
    public void FireDue()
    {
        foreach (var timer in _timers.Where(t => t.DeadlineNs <= _nowNs).OrderBy(t => t.DeadlineNs).ToArray()) timer.Fire();
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
            if (DeadlineNs is null) return;
            DeadlineNs = null;
            due();
        }
    }
}
