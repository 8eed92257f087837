// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Drivers.Tests.Linux;

/// <summary>Host time with one timer, which fires when a test says so.</summary>
internal sealed class TimerTime : TimeProvider
{
    public ManualTimer? Timer { get; private set; }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => Timer = new ManualTimer(() => callback(state));

    public sealed class ManualTimer(Action fire) : ITimer
    {
        private volatile bool _isSet;

        public bool IsSet => _isSet;

        public void Fire()
        {
            if (_isSet) fire();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _isSet = dueTime != Timeout.InfiniteTimeSpan;
            return true;
        }

        public void Dispose() => _isSet = false;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
