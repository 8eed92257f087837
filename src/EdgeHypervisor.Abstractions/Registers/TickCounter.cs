// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>
/// A counter of ticks of guest time: runs, stands, is set. It never wraps; a device takes of it what its register is wide,
/// and counts down by subtracting. No rounding error adds up.
/// </summary>
/// <param name="clock">The VM's time.</param>
/// <param name="hz">Ticks a second before the divider.</param>
/// <param name="divider">Ticks that make one count.</param>
public sealed class TickCounter(IGuestClock clock, uint hz, uint divider = 1) : IRegisterPart
{
    private readonly (uint Hz, uint Divider) _reset = (hz, divider);
    private TickRate _rate = new(hz);
    private uint _divider = divider;
    private UInt128 _ticks; // when it stands: what it has counted
    private UInt128 _started; // when it runs: the tick at which it would have been zero, modulo 2^128

    /// <summary>Whether it runs.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>Whole counts so far.</summary>
    public ulong Count => (ulong)(Ticks / _divider);

    private UInt128 Ticks => IsRunning ? unchecked(_rate.TicksAt(clock.NowNs) - _started) : _ticks;

    /// <summary>Goes on from where it stands.</summary>
    public void Start()
    {
        if (IsRunning) return;
        _started = unchecked(_rate.TicksAt(clock.NowNs) - _ticks);
        IsRunning = true;
    }

    /// <summary>Stands still.</summary>
    public void Stop()
    {
        _ticks = Ticks;
        IsRunning = false;
    }

    /// <summary>Runs or stands.</summary>
    public void Run(bool on)
    {
        if (on) Start();
        else Stop();
    }

    /// <summary>Sets it, at the beginning of a count.</summary>
    public void Set(ulong count)
    {
        var running = IsRunning;
        IsRunning = false;
        _ticks = (UInt128)count * _divider;
        if (running) Start();
    }

    /// <summary>Takes counts away, of those that it has; the part of a count that has passed stays.</summary>
    public void Rewind(ulong counts)
    {
        counts = Math.Min(counts, Count);
        if (IsRunning) _started += (UInt128)counts * _divider;
        else _ticks -= (UInt128)counts * _divider;
    }

    /// <summary>Changes its speed; the count stays.</summary>
    public void SetRate(uint hz, uint divider)
    {
        if (hz == _rate.Hz && divider == _divider) return;
        var (count, running) = (Count, IsRunning);
        Stop();
        (_rate, _divider) = (new TickRate(Math.Max(1, hz)), Math.Max(1, divider));
        Set(count);
        Run(running);
    }

    /// <summary>The first nanosecond at which it will have reached a count; null when it stands, or never gets there.</summary>
    public long? NsAt(ulong count) => IsRunning ? _rate.FirstNsOf(unchecked(_started + ((UInt128)count * _divider))) : null;

    /// <inheritdoc/>
    public void Reset()
    {
        (IsRunning, _ticks) = (false, 0);
        (_rate, _divider) = (new TickRate(_reset.Hz), _reset.Divider);
    }

    /// <inheritdoc/>
    public void Save(IStateWriter state)
    {
        state.Write("running", IsRunning);
        state.Write("hz", (ulong)_rate.Hz);
        state.Write("divider", (ulong)_divider);
        var at = IsRunning ? _started : _ticks;
        state.Write("at", [(ulong)at, (ulong)(at >> 64)]);
    }

    /// <inheritdoc/>
    public void Restore(IStateReader state)
    {
        var running = state.ReadBoolean("running");
        var rate = new TickRate((uint)Math.Max(1, state.ReadUInt64("hz", maximum: uint.MaxValue)));
        var divider = (uint)Math.Max(1, state.ReadUInt64("divider", maximum: uint.MaxValue));
        var at = state.ReadUInt64s("at", 2);
        var ticks = new UInt128(at[1], at[0]);
        if (running && unchecked((Int128)(rate.TicksAt(clock.NowNs) - ticks)) < 0) throw state.Error("at", "lies in the future");
        if (!running && ticks > (UInt128)ulong.MaxValue * uint.MaxValue) throw state.Error("at", "is too large");
        (IsRunning, _rate, _divider) = (running, rate, divider);
        (_ticks, _started) = running ? ((UInt128)0, ticks) : (ticks, (UInt128)0);
    }
}
