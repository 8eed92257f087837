// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.SiFive;

/// <summary>SiFive PWM: one counter that follows guest time, four comparators, an output and an interrupt for each.</summary>
/// <remarks>
/// SiFive FU540-C000 manual, chapter 14. A comparator is high while the scaled counter is at or above its value, so an output is
/// low first in each cycle (what Linux calls inverted). The host's PWM hardware makes the wave; nothing here
/// runs while it does. Not modelled: the phase of ganged and centred outputs, the deglitch latch (a wave of the host's
/// hardware has no glitches). Interrupts follow the comparators only with <c>pwmsticky</c>, as timers use
/// them, unless <see cref="LiveInterrupts"/>: a wave that nobody listens to must not cost host time.
/// </remarks>
internal sealed class SiFivePwm : IMmioDevice, IDeviceTreeSource
{
    public const int Comparators = 4;

    private const uint ScaleMask = 0xF, Sticky = 1 << 8, ZeroCompare = 1 << 9, EnableAlways = 1 << 12, EnableOnce = 1 << 13;
    private const uint StoredMask = 0x0F0F_370F; // all but the pending bits
    private const int CenterShift = 16, GangShift = 24, PendingShift = 28;
    private const int ScaleBits = 15;

    private readonly PwmOutput[] _outputs;
    private readonly IGuestClock _clock;
    private readonly IUnassigned _unassigned;
    private readonly IGuestTimer _timer;
    private readonly TickRate _rate;
    private readonly int _compareBits;
    private State _s;

    public SiFivePwm(PwmOutput[] outputs, IGuestClock clock, IUnassigned unassigned, uint clockHz, int compareBits)
    {
        (_outputs, _clock, _unassigned, _rate, _compareBits) = (outputs, clock, unassigned, new TickRate(clockHz), compareBits);
        _timer = clock.CreateTimer(() => Refresh(Now));
        _s = new State { Compare = new uint[Comparators] };
    }

    private enum Register : uint { Configuration = 0x00, Count = 0x08, ScaledCount = 0x10, Compare0 = 0x20, Compare3 = 0x2C }

    /// <summary>Whether an interrupt follows its comparator without <c>pwmsticky</c> too.</summary>
    public bool LiveInterrupts { get; init; }

    /// <inheritdoc/>
    public DeviceTreeDescription DeviceTree => new("pwm", "sifive,fu540-c000-pwm", "sifive,pwm0")
    {
        Interrupts = DeviceTreeDescription.Outputs("irq", Comparators),
        ClockHz = _rate.Hz,
        Properties = [DeviceTreeProperty.Cells("#pwm-cells", 3)],
    };

    /// <inheritdoc/>
    public uint WindowBytes => 0x1000;

    private bool Runs => (_s.Configuration & (EnableAlways | EnableOnce)) != 0;

    private bool IsSticky => (_s.Configuration & Sticky) != 0;

    private int Scale => (int)(_s.Configuration & ScaleMask);

    private uint CompareMask => (1u << _compareBits) - 1;

    private ulong CountMask => (1UL << _compareBits + ScaleBits) - 1;

    /// <summary>Counts of a cycle: until the scaled counter overflows, or until it has reached the first comparator.</summary>
    private ulong Period => (_s.Configuration & ZeroCompare) != 0
        ? ((ulong)_s.Compare[0] << Scale) + 1
        : 1UL << _compareBits + Scale;

    /// <summary>Looked at once in each access: a live clock is later at the next look.</summary>
    private ulong Now => _rate.TicksAt(_clock.NowNs);

    /// <inheritdoc/>
    public ulong Read(uint offset, AccessWidth width)
    {
        if (width != AccessWidth.Word) return _unassigned.Read(offset);
        var now = Now;
        Refresh(now);
        return (Register)offset switch
        {
            Register.Configuration => _s.Configuration | Levels(now) << PendingShift,
            Register.Count => CountAt(now),
            Register.ScaledCount => (uint)(CountAt(now) >> Scale) & CompareMask,
            >= Register.Compare0 and <= Register.Compare3 when offset % 4 == 0 => _s.Compare[(offset - (uint)Register.Compare0) / 4],
            _ => _unassigned.Read(offset),
        };
    }

    /// <inheritdoc/>
    public void Write(uint offset, AccessWidth width, ulong value)
    {
        var (data, now) = ((uint)value, Now);
        CatchUp(now);
        _s.StoppedCount = CountAt(now); // each change begins with the count as it is, whatever the cycle's new length makes of it
        switch (width == AccessWidth.Word ? (Register)offset : (Register)uint.MaxValue)
        {
            case Register.Configuration: Configure(data); break;
            case Register.Count: _s.StoppedCount = data & CountMask; break;
            case Register.ScaledCount: break; // read-only
            case >= Register.Compare0 and <= Register.Compare3:
                _s.Compare[(offset - (uint)Register.Compare0) / 4] = data & CompareMask;
                break;
            default: _unassigned.Write(offset, value); break;
        }
        if (Runs) _s.StartTick = (long)(now - _s.StoppedCount % Period);
        UpdateOutputs(now);
    }

    /// <inheritdoc/>
    public void Reset()
    {
        _s = new State { Compare = new uint[Comparators] };
        UpdateOutputs(Now);
    }

    /// <inheritdoc/>
    public void Save(IStateWriter state)
    {
        state.Write("configuration", (ulong)_s.Configuration);
        state.Write("compare", Array.ConvertAll(_s.Compare, c => (ulong)c).AsSpan());
        state.Write("latched", (ulong)_s.Latched);
        state.Write("startTick", _s.StartTick);
        state.Write("stoppedCount", _s.StoppedCount);
        state.Write("seenTick", _s.SeenTick);
    }

    /// <inheritdoc/>
    public void Restore(IStateReader state)
    {
        var compare = state.ReadUInt64s("compare", Comparators);
        if (compare.Any(c => c > CompareMask)) throw state.Error("compare", $"a value has more than {_compareBits} bits");
        var restored = new State
        {
            Configuration = state.ReadUInt32("configuration") & StoredMask,
            Compare = Array.ConvertAll(compare, c => (uint)c),
            Latched = (uint)state.ReadUInt64("latched", maximum: 0xF),
            StartTick = state.ReadInt64("startTick"),
            StoppedCount = state.ReadUInt64("stoppedCount", maximum: CountMask),
            SeenTick = state.ReadUInt64("seenTick"),
        };
        var now = Now;
        if (restored.StartTick > (long)now || restored.StartTick < -(long)CountMask)
            throw state.Error("startTick", "lies in the future, or before all time");
        if (restored.SeenTick > now) throw state.Error("seenTick", "lies in the future");
        _s = restored;
        UpdateOutputs(now);
    }

    // The counter. While it runs it is the number of ticks since a start, which may lie before time zero.

    private ulong Elapsed(ulong now) => (ulong)((long)now - _s.StartTick);

    private ulong CountAt(ulong now) => Runs ? Elapsed(now) % Period : _s.StoppedCount;

    private void Configure(uint value)
    {
        _s.Latched = IsSticky ? _s.Latched & value >> PendingShift : 0;
        _s.Configuration = value & StoredMask;
    }

    private void Refresh(ulong now)
    {
        CatchUp(now);
        UpdateOutputs(now);
    }

    /// <summary>Catches up with what happened since the last look: comparators that were reached, the end of a single cycle.</summary>
    private void CatchUp(ulong now)
    {
        if (Runs && IsSticky) Latch(now);
        if ((_s.Configuration & EnableOnce) != 0 && Elapsed(now) >= Period) EndSingleCycle();
        _s.SeenTick = now;
    }

    private void EndSingleCycle()
    {
        _s.Configuration &= ~EnableOnce;
        (_s.StartTick, _s.StoppedCount) = (_s.StartTick + (long)Period, 0);
    }

    private void Latch(ulong now)
    {
        var period = Period;
        var seen = Elapsed(_s.SeenTick) % period;
        for (var i = 0; i < Comparators; i++)
        {
            if (WaveOf(i).UntilHigh(seen, period) <= now - _s.SeenTick) _s.Latched |= 1u << i;
        }
    }

    // The comparators.

    /// <summary>When a comparator is high; a centred one counts up to the middle of the cycle and down again (section 14.7).</summary>
    private PwmWave WaveOf(int index)
    {
        var period = Period;
        var rise = (ulong)_s.Compare[index] << Scale;
        var fall = period;
        if ((_s.Configuration >> CenterShift + index & 1) != 0 && period > 1UL << _compareBits - 1 + Scale)
            fall = Math.Min(period, (1UL << _compareBits + Scale) - rise);
        return rise < fall ? new PwmWave(rise, fall) : PwmWave.Low;
    }

    /// <summary>A ganged output is low again once its neighbour's comparator is reached (section 14.9).</summary>
    private PwmWave OutputOf(int index)
    {
        var wave = WaveOf(index);
        if ((_s.Configuration >> GangShift + index & 1) == 0) return wave;
        var neighbour = WaveOf((index + 1) % Comparators);
        if (neighbour.HighCounts == 0) return wave;
        var fall = Math.Min(wave.Fall, neighbour.Rise);
        return wave.Rise < fall ? wave with { Fall = fall } : PwmWave.Low;
    }

    /// <summary>The pending bits: the comparators now, or what they were since the guest last cleared them.</summary>
    private uint Levels(ulong now)
    {
        if (IsSticky) return _s.Latched;
        var levels = 0u;
        for (var i = 0; i < Comparators; i++)
        {
            if (WaveOf(i).IsHighAt(CountAt(now))) levels |= 1u << i;
        }
        return Runs ? levels : 0;
    }

    private void UpdateOutputs(ulong now)
    {
        var levels = IsSticky || LiveInterrupts ? Levels(now) : 0;
        for (var i = 0; i < Comparators; i++)
        {
            _outputs[i].Port.Set(SettingOf(i));
            _outputs[i].Irq.Drive((levels >> i & 1) != 0);
        }
        SetTimer();
    }

    /// <summary>The output as a board's PWM makes it: active low, and active first in each cycle.</summary>
    private PwmSetting SettingOf(int index)
    {
        if (!Runs) return PwmSetting.Off;
        var period = Period;
        var low = IsSticky ? ((_s.Latched >> index & 1) != 0 ? 0 : period) : period - OutputOf(index).HighCounts;
        return new PwmSetting(Nanoseconds(period), Nanoseconds(low), Enabled: true, Inverted: true);
    }

    /// <summary>Of a cycle at most, 2^31 counts.</summary>
    private long Nanoseconds(ulong counts) => (long)(counts * 1_000_000_000 / _rate.Hz);

    /// <summary>Sets the timer for the next event that somebody waits for; of a restored state it may be past already.</summary>
    private void SetTimer()
    {
        ulong? next = null;
        if (Runs)
        {
            var count = CountAt(_s.SeenTick);
            if ((_s.Configuration & EnableOnce) != 0) next = Period - count;
            for (var i = 0; i < Comparators; i++) next = Earlier(next, UntilEvent(i, count));
        }
        if (next is { } counts && counts <= ulong.MaxValue - _s.SeenTick && _rate.FirstNsOf(_s.SeenTick + counts) is { } deadlineNs) _timer.Set(deadlineNs);
        else _timer.Cancel();
    }

    private ulong? UntilEvent(int index, ulong count)
    {
        if (IsSticky) return (_s.Latched >> index & 1) == 0 ? WaveOf(index).UntilHigh(count, Period) : null;
        // A wave faster than a guest could serve is looked at less often than it changes.
        return LiveInterrupts && WaveOf(index).UntilChange(count, Period) is { } counts ? Math.Max(counts, _rate.Hz / 100_000) : null;
    }

    private static ulong? Earlier(ulong? a, ulong? b) => a is null || b < a ? b : a;

    /// <summary>Everything the guest can observe, and all that is saved.</summary>
    private struct State
    {
        public uint Configuration; // without the pending bits
        public uint[] Compare;
        public uint Latched; // the pending bits with pwmsticky
        public long StartTick; // when the running counter was at zero
        public ulong StoppedCount; // the counter while it stands
        public ulong SeenTick; // up to when comparators were looked at
    }
}
