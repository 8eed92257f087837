// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EggTimer;

/// <summary>A timer with two registers of 32 bits and one interrupt.</summary>
internal sealed class EggTimerDevice : IMmioDevice
{
    private const uint Left = 0x0;   // milliseconds left; writing starts, writing zero stops
    private const uint Status = 0x4; // bit 0: it rang; writing 1 clears it
    private const long NanosecondsPerMillisecond = 1_000_000;

    private readonly IGuestClock _clock;
    private readonly IUnassigned _unassigned;
    private readonly IInterruptLine _irq;
    private readonly IGuestTimer _timer;

    // All that a guest can observe, and all that is saved.
    private long _endNs;
    private bool _runs;
    private bool _rang;

    public EggTimerDevice(IDeviceContext context)
    {
        _clock = context.Clock;
        _unassigned = context.Unassigned;
        _irq = context.Output("irq");
        _timer = _clock.CreateTimer(Ring);
    }

    public uint WindowBytes => 8;

    public ulong Read(uint offset, AccessWidth width) => offset switch
    {
        Left => MillisecondsLeft(),
        Status => _rang ? 1UL : 0,
        _ => _unassigned.Read(offset),
    };

    public void Write(uint offset, AccessWidth width, ulong value)
    {
        switch (offset)
        {
            case Left:
                _endNs = _clock.NowNs + ((uint)value * NanosecondsPerMillisecond);
                _runs = (uint)value != 0;
                break;
            case Status:
                _rang &= (value & 1) == 0;
                break;
            default:
                _unassigned.Write(offset, value);
                break;
        }
        Update();
    }

    public void Reset()
    {
        (_endNs, _runs, _rang) = (0, false, false);
        Update();
    }

    public void Save(IStateWriter state)
    {
        state.Write("endNs", _endNs);
        state.Write("runs", _runs);
        state.Write("rang", _rang);
    }

    public void Restore(IStateReader state)
    {
        _endNs = state.ReadInt64("endNs");
        _runs = state.ReadBoolean("runs");
        _rang = state.ReadBoolean("rang");
        Update();
    }

    private void Ring()
    {
        (_runs, _rang) = (false, true);
        Update();
    }

    // Timer and line are functions of the state: set anew after every change, so that restoring needs nothing special.
    private void Update()
    {
        if (_runs)
            _timer.Set(_endNs);
        else
            _timer.Cancel();
        _irq.Drive(_rang);
    }

    private ulong MillisecondsLeft()
    {
        if (!_runs || _endNs <= _clock.NowNs) return 0;
        // Nothing in a restored state is trusted: the end may be absurdly far away.
        var left = TimeSpan.FromTicks((_endNs - _clock.NowNs) / TimeSpan.NanosecondsPerTick);
        return (ulong)Math.Min(Math.Ceiling(left.TotalMilliseconds), uint.MaxValue);
    }
}
