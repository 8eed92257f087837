// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Boards.Tests;

/// <summary>Host time that stands until it is told to go on; timers fire on the caller's thread.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly List<ManualTimer> _timers = [];
    private readonly Lock _lock = new();
    private long _nowNs = 1_000_000_000;

    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => Volatile.Read(ref _nowNs);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        lock (_lock) _timers.Add(timer);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        var endNs = _nowNs + (long)by.TotalNanoseconds;
        while (NextDue(endNs) is { } timer)
        {
            Volatile.Write(ref _nowNs, Math.Max(_nowNs, timer.DueNs));
            timer.Fire();
        }
        Volatile.Write(ref _nowNs, endNs);
    }

    private ManualTimer? NextDue(long endNs)
    {
        lock (_lock) return _timers.Where(timer => timer.DueNs <= endNs).MinBy(timer => timer.DueNs);
    }

    private sealed class ManualTimer(ManualTime time, Action fire) : ITimer
    {
        public long DueNs { get; private set; } = long.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            DueNs = dueTime < TimeSpan.Zero ? long.MaxValue : time.GetTimestamp() + (long)dueTime.TotalNanoseconds;
            return true;
        }

        public void Fire()
        {
            DueNs = long.MaxValue;
            fire();
        }

        public void Dispose() => DueNs = long.MaxValue;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
