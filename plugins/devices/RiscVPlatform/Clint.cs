// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.RiscVPlatform;

/// <summary>SiFive core-local interruptor: a software interrupt and a timer compare for each hart, and the machine time.</summary>
/// <remarks>
/// SiFive FU540-C000 manual, chapter 9; RISC-V ACLINT specification, which splits the same registers into MSWI and MTIMER.
/// <c>mtime</c> is guest time in ticks of the timebase, as the harts' <c>time</c> register is, and can be written, as in
/// QEMU (the harts' register does not follow then). 32- and 64-bit accesses.
/// </remarks>
internal sealed class Clint : IMmioDevice, IDeviceTreeSource
{
    public const int MaximumHarts = 4095;

    private const uint TimerCompareBase = 0x4000, MachineTime = 0xBFF8, Length = 0x1_0000;

    private readonly HartLines[] _lines;
    private readonly IGuestClock _clock;
    private readonly IUnassigned _unassigned;
    private readonly TickRate _timebase;
    private readonly IGuestTimer _timer;
    private readonly bool[] _softwarePending;
    private readonly ulong[] _timerCompare;
    private ulong _timeOffset; // added to the ticks of guest time, modulo 2^64; not zero once the guest wrote mtime

    public Clint(HartLines[] lines, IGuestClock clock, IUnassigned unassigned, uint timebaseHz)
    {
        (_lines, _clock, _unassigned, _timebase) = (lines, clock, unassigned, new TickRate(timebaseHz));
        _softwarePending = new bool[lines.Length];
        _timerCompare = new ulong[lines.Length];
        _timer = clock.CreateTimer(UpdateInterrupts);
        Reset();
    }

    /// <inheritdoc/>
    public DeviceTreeDescription DeviceTree => new("clint", "sifive,clint0", "riscv,clint0")
    {
        Interrupts = OutputNames(),
        TimebaseHz = _timebase.Hz,
    };

    /// <inheritdoc/>
    public uint WindowBytes => Length;

    private string[] OutputNames()
    {
        var names = new string[2 * _lines.Length];
        for (var hart = 0; hart < _lines.Length; hart++) (names[2 * hart], names[(2 * hart) + 1]) = ($"msip{hart}", $"mtip{hart}");
        return names;
    }

    private ulong Time => _timebase.TicksAt(_clock.NowNs) + _timeOffset;

    /// <inheritdoc/>
    public ulong Read(uint offset, AccessWidth width)
    {
        if (Locate(offset, width) is not { } register) return _unassigned.Read(offset);
        var value = register.Kind switch
        {
            Kind.SoftwareInterrupt => _softwarePending[register.Hart] ? 1 : 0UL,
            Kind.TimerCompare => _timerCompare[register.Hart],
            _ => Time,
        };
        return width == AccessWidth.Double ? value : (uint)(value >> register.Shift);
    }

    /// <inheritdoc/>
    public void Write(uint offset, AccessWidth width, ulong value)
    {
        if (Locate(offset, width) is not { } register)
        {
            _unassigned.Write(offset, value);
            return;
        }
        switch (register.Kind)
        {
            case Kind.SoftwareInterrupt:
                _softwarePending[register.Hart] = (value & 1) != 0;
                break;
            case Kind.TimerCompare:
                ref var compare = ref _timerCompare[register.Hart];
                compare = Merge(compare, register, width, value);
                break;
            case Kind.Time:
                var now = Time;
                _timeOffset += Merge(now, register, width, value) - now;
                break;
        }
        UpdateInterrupts();
    }

    /// <inheritdoc/>
    public void Reset()
    {
        _softwarePending.AsSpan().Clear();
        // The specification leaves mtimecmp undefined at reset; at its end no hart has a timer interrupt it never asked for.
        for (var hart = 0; hart < _timerCompare.Length; hart++) _timerCompare[hart] = ulong.MaxValue;
        // The time itself goes on, in step with the time register of the harts, which knows nothing of this device.
        _timeOffset = 0;
        UpdateInterrupts();
    }

    /// <inheritdoc/>
    public void Save(IStateWriter state)
    {
        var pending = Array.ConvertAll(_softwarePending, p => p ? 1UL : 0);
        state.Write("softwarePending", pending.AsSpan());
        state.Write("timerCompare", _timerCompare.AsSpan());
        state.Write("timeOffset", _timeOffset);
    }

    /// <inheritdoc/>
    public void Restore(IStateReader state)
    {
        var pending = state.ReadUInt64s("softwarePending", _softwarePending.Length);
        var compare = state.ReadUInt64s("timerCompare", _timerCompare.Length);
        if (pending.Any(p => p > 1)) throw state.Error("softwarePending", "a value is neither 0 nor 1");
        _timeOffset = state.ReadUInt64("timeOffset");
        Array.ConvertAll(pending, p => p == 1).CopyTo(_softwarePending, 0);
        compare.CopyTo(_timerCompare, 0);
        UpdateInterrupts();
    }

    private static ulong Merge(ulong old, Located register, AccessWidth width, ulong value) =>
        width == AccessWidth.Double ? value : old & ~(0xFFFF_FFFFUL << register.Shift) | value << register.Shift;

    private Located? Locate(uint offset, AccessWidth width)
    {
        if (width < AccessWidth.Word) return null;
        if (offset < TimerCompareBase)
            return width == AccessWidth.Word && offset / 4 < _lines.Length
                ? new Located(Kind.SoftwareInterrupt, (int)(offset / 4), 0)
                : null;
        var shift = (int)(offset & 4) * 8;
        var hart = (offset - TimerCompareBase) / 8;
        if (hart < _lines.Length) return new Located(Kind.TimerCompare, (int)hart, shift);
        return (offset & ~4u) == MachineTime ? new Located(Kind.Time, 0, shift) : null;
    }

    private void UpdateInterrupts()
    {
        // Read once: what passes until the timer is set must not be put on top of what is left.
        var ticks = _timebase.TicksAt(_clock.NowNs);
        var now = ticks + _timeOffset;
        for (var hart = 0; hart < _lines.Length; hart++)
        {
            _lines[hart].Software.Drive(_softwarePending[hart]);
            _lines[hart].Timer.Drive(now >= _timerCompare[hart]);
        }
        SetTimer(ticks, now);
    }

    /// <summary>Sets the timer for what happens next: a compare value that lies ahead, or the time starting over at zero.</summary>
    private void SetTimer(ulong ticks, ulong now)
    {
        var before = ulong.MaxValue - now; // one tick less than it takes, which may be 2^64
        foreach (var compare in _timerCompare)
        {
            if (compare > now && compare - now - 1 < before) before = compare - now - 1;
        }
        if (before < ulong.MaxValue - ticks && _timebase.FirstNsOf(ticks + before + 1) is { } deadlineNs) _timer.Set(deadlineNs);
        else _timer.Cancel();
    }

    private enum Kind { SoftwareInterrupt, TimerCompare, Time }

    /// <summary>A register, and for half of a 64-bit one how far up it lies.</summary>
    private readonly record struct Located(Kind Kind, int Hart, int Shift);
}
