// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Goldfish;

/// <summary>Goldfish real-time clock: nanoseconds since 1970 UTC, an alarm, one level interrupt.</summary>
/// <remarks>
/// Android emulator hardware document, "goldfish RTC"; registers as QEMU's <c>virt</c> and Linux's <c>rtc-goldfish</c> have them. The
/// time is the context's wall clock and what the guest set it apart by. 32-bit accesses.
/// </remarks>
internal sealed class GoldfishRtc : IMmioDevice, IDeviceTreeSource
{
    private const long LookAgainNs = 1_000_000; // when the wall clock is behind guest time

    private readonly IDeviceContext _context;
    private readonly IInterruptLine _irq;
    private readonly IGuestTimer _timer;
    private State _s;

    public GoldfishRtc(IDeviceContext context)
    {
        (_context, _irq) = (context, context.Output("irq"));
        _timer = context.Clock.CreateTimer(() => CheckAlarm(leastWaitNs: LookAgainNs));
        Reset();
    }

    private enum Register : uint
    {
        TimeLow = 0x00, TimeHigh = 0x04, AlarmLow = 0x08, AlarmHigh = 0x0C,
        InterruptEnable = 0x10, ClearAlarm = 0x14, AlarmStatus = 0x18, ClearInterrupt = 0x1C,
    }

    /// <inheritdoc/>
    public uint WindowBytes => 0x1000;

    /// <inheritdoc/>
    public DeviceTreeDescription DeviceTree => new("rtc", "google,goldfish-rtc") { Interrupts = ["irq"] };

    private ulong Time => (ulong)_context.WallClockNs + _s.Offset;

    /// <inheritdoc/>
    public ulong Read(uint offset, AccessWidth width)
    {
        if (width != AccessWidth.Word) return _context.Unassigned.Read(offset);
        return (Register)offset switch
        {
            Register.TimeLow => ReadTimeLow(),
            Register.TimeHigh => _s.TimeHigh,
            Register.AlarmLow => (uint)_s.Alarm,
            Register.AlarmHigh => _s.Alarm >> 32,
            Register.InterruptEnable => _s.InterruptEnable ? 1u : 0,
            Register.AlarmStatus => _s.IsArmed ? 1u : 0,
            Register.ClearAlarm or Register.ClearInterrupt => 0, // write-only
            _ => _context.Unassigned.Read(offset),
        };
    }

    /// <inheritdoc/>
    public void Write(uint offset, AccessWidth width, ulong value)
    {
        switch (width == AccessWidth.Word ? (Register)offset : (Register)uint.MaxValue)
        {
            case Register.TimeLow: SetTime(Time & ~0xFFFF_FFFFUL | value); break;
            case Register.TimeHigh: SetTime(Time & 0xFFFF_FFFF | value << 32); break;
            case Register.AlarmLow: (_s.Alarm, _s.IsArmed) = (_s.Alarm & ~0xFFFF_FFFFUL | value, true); break;
            case Register.AlarmHigh: _s.Alarm = _s.Alarm & 0xFFFF_FFFF | value << 32; break;
            case Register.InterruptEnable: _s.InterruptEnable = (value & 1) != 0; break;
            case Register.ClearAlarm: _s.IsArmed = false; break;
            case Register.ClearInterrupt: _s.IsPending = false; break;
            case Register.AlarmStatus: break; // read-only
            default: _context.Unassigned.Write(offset, value); break;
        }
        CheckAlarm();
    }

    /// <inheritdoc/>
    public void Reset()
    {
        _s = default;
        CheckAlarm();
    }

    /// <inheritdoc/>
    public void Save(IStateWriter state)
    {
        state.Write("offset", _s.Offset);
        state.Write("alarm", _s.Alarm);
        state.Write("timeHigh", (ulong)_s.TimeHigh);
        state.Write("armed", _s.IsArmed);
        state.Write("pending", _s.IsPending);
        state.Write("interruptEnable", _s.InterruptEnable);
    }

    /// <inheritdoc/>
    public void Restore(IStateReader state)
    {
        _s = new State
        {
            Offset = state.ReadUInt64("offset"),
            Alarm = state.ReadUInt64("alarm"),
            TimeHigh = state.ReadUInt32("timeHigh"),
            IsArmed = state.ReadBoolean("armed"),
            IsPending = state.ReadBoolean("pending"),
            InterruptEnable = state.ReadBoolean("interruptEnable"),
        };
        CheckAlarm(); // which may have come due on the way
    }

    /// <summary>The halves belong together: reading the low one keeps the high one for the read that follows.</summary>
    private uint ReadTimeLow()
    {
        var time = Time;
        _s.TimeHigh = (uint)(time >> 32);
        return (uint)time;
    }

    private void SetTime(ulong time) => _s.Offset = time - (ulong)_context.WallClockNs;

    /// <summary>
    /// Raises the alarm when its time has come, or waits for it: by guest time, looking again since the wall clock may jump.
    /// </summary>
    private void CheckAlarm(long leastWaitNs = 0)
    {
        _timer.Cancel();
        var time = Time;
        if (_s.IsArmed && time >= _s.Alarm) (_s.IsArmed, _s.IsPending) = (false, true);
        else if (_s.IsArmed && _s.Alarm - time <= (ulong)(long.MaxValue - LookAgainNs - _context.Clock.NowNs))
            _timer.Set(_context.Clock.NowNs + Math.Max(leastWaitNs, (long)(_s.Alarm - time)));
        _irq.Drive(_s is { IsPending: true, InterruptEnable: true });
    }

    /// <summary>Everything the guest can observe, and all that is saved.</summary>
    private struct State
    {
        public ulong Offset, Alarm;
        public uint TimeHigh;
        public bool IsArmed, IsPending, InterruptEnable;
    }
}
