// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime.Tests;

/// <summary>
/// An alarm clock with an interrupt. Offset 0: write a deadline in ns, read the time of the last alarm; 8: read the time;
/// 16: write to acknowledge; 24: read the number of alarms; 32: write a period from now on.
/// </summary>
internal sealed class AlarmDevice : IMmioDevice
{
    private readonly IGuestClock _clock;
    private readonly IGuestTimer _timer;
    private readonly IInterruptLine _irq;
    private ulong _alarms;
    private ulong _lastNs;
    private ulong _deadlineNs;
    private ulong _periodNs;
    private bool _pending;

    public AlarmDevice(IDeviceContext context)
    {
        _clock = context.Clock;
        _irq = context.Output("irq");
        _timer = context.Clock.CreateTimer(Due);
    }

    public List<long> FiredAtNs { get; } = [];

    public uint WindowBytes => 64;

    public ulong Read(uint offset, AccessWidth width) => offset switch
    {
        0 => _lastNs,
        8 => (ulong)_clock.NowNs,
        24 => _alarms,
        _ => 0,
    };

    public void Write(uint offset, AccessWidth width, ulong value)
    {
        if (offset == 0) Arm(value);
        if (offset == 16) _pending = false;
        if (offset == 32)
        {
            _periodNs = value;
            Arm((ulong)_clock.NowNs + value);
        }
        _irq.Drive(_pending);
    }

    public void Reset()
    {
        _timer.Cancel();
        (_alarms, _lastNs, _deadlineNs, _periodNs, _pending) = (0, 0, 0, 0, false);
        _irq.Drive(false);
    }

    public void Save(IStateWriter state)
    {
        state.Write("alarms", _alarms);
        state.Write("lastNs", _lastNs);
        state.Write("deadlineNs", _deadlineNs);
        state.Write("periodNs", _periodNs);
        state.Write("pending", _pending);
    }

    public void Restore(IStateReader state)
    {
        _alarms = state.ReadUInt64("alarms");
        _lastNs = state.ReadUInt64("lastNs");
        _periodNs = state.ReadUInt64("periodNs");
        _pending = state.ReadBoolean("pending");
        _irq.Drive(_pending);
        _timer.Cancel();
        Arm(state.ReadUInt64("deadlineNs", maximum: long.MaxValue));
    }

    private void Arm(ulong deadlineNs)
    {
        _deadlineNs = deadlineNs;
        if (deadlineNs != 0) _timer.Set((long)deadlineNs);
    }

    private void Due()
    {
        _lastNs = (ulong)_clock.NowNs;
        FiredAtNs.Add(_clock.NowNs);
        _alarms++;
        _pending = true;
        Arm(_periodNs == 0 ? 0 : _deadlineNs + _periodNs);
        _irq.Drive(true);
    }
}
