// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Host.Tests.Systemd;

/// <summary>A clock that a test moves by hand, with periodic timers.</summary>
internal sealed class SteppedTime : TimeProvider
{
    private readonly List<Periodic> _timers = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Periodic(() => callback(state), dueTime, period);
        _timers.Add(timer);
        return timer;
    }

    public Task AdvanceAsync(TimeSpan by)
    {
        foreach (var timer in _timers.ToList()) timer.Advance(by);
        return Task.CompletedTask;
    }

    private sealed class Periodic(Action fire, TimeSpan dueTime, TimeSpan period) : ITimer
    {
        private TimeSpan _left = dueTime;
        private bool _disposed;

        public void Advance(TimeSpan by)
        {
            for (_left -= by; _left <= TimeSpan.Zero && !_disposed; _left += period) fire();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException("not needed here");

        public void Dispose() => _disposed = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
