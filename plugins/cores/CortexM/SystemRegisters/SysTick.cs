// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <summary>
/// The system timer: counts down from its reload value to zero and begins again. Arm B3.3. The value is computed from
/// guest time when it is asked for; a timer of the VM is set only when the interrupt is wanted.
/// </summary>
/// <remarks>
/// Every access reads the time once, and each time the counter gets to zero is told once: by whichever looks first, an
/// access or the timer, which may be late. A zero not told yet is part of the state, so that a restored timer tells it.
/// </remarks>
internal sealed unsafe class SysTick
{
    private const uint Enable = 1;
    private const uint InterruptEnable = 2;
    private const uint ProcessorClock = 4;
    private const uint CountFlag = 1 << 16;
    private const uint ValueMask = 0x00FF_FFFF;
    private readonly Cpu* _cpu;
    private readonly Profile _profile;
    private readonly IGuestClock _clock;
    private readonly IGuestTimer _timer;
    private readonly Action _pend;

    public SysTick(Cpu* cpu, Profile profile, IGuestClock clock, Action pend)
    {
        _cpu = cpu;
        (_profile, _clock, _pend) = (profile, clock, pend);
        _timer = clock.CreateTimer(OnTimer);
    }

    // Without a reference clock the processor's is the only one, and the bit that says so reads as one.
    private TickRate Rate => new((_cpu->State.SysTickControl & ProcessorClock) != 0 ? _profile.ClockHz : _profile.SysTickReferenceHz);

    private bool IsRunning => (_cpu->State.SysTickControl & Enable) != 0 && _cpu->State.SysTickReload != 0;

    private ulong RoundTicks => _cpu->State.SysTickReload + 1UL;

    // Ticks from the origin to the next zero that is not told yet. A counter that is zero at its origin has told that.
    private ulong TicksToZero => _cpu->State.SysTickValue == 0 ? RoundTicks : _cpu->State.SysTickValue;

    /// <summary>The register at an offset from 0xE000_E010, whose low bits are given.</summary>
    public uint Read(uint register)
    {
        ref var s = ref _cpu->State;
        switch (register)
        {
            case 0x0:
                Update(_clock.NowNs);
                var control = s.SysTickControl;
                s.SysTickControl &= ~CountFlag; // reading clears it, and only it
                return control;
            case 0x4: return s.SysTickReload;
            case 0x8:
                var nowNs = _clock.NowNs;
                Update(nowNs);
                return Value(nowNs);
            default: return _profile.SysTickReferenceHz == 0 ? 1u << 31 : Calibration();
        }
    }

    /// <summary>Writes a register.</summary>
    public void Write(uint register, uint value)
    {
        ref var s = ref _cpu->State;
        var nowNs = _clock.NowNs;
        Update(nowNs);
        var counter = Value(nowNs);
        switch (register)
        {
            case 0x0:
                s.SysTickControl = (s.SysTickControl & CountFlag) | (value & 7) | (_profile.SysTickReferenceHz == 0 ? ProcessorClock : 0);
                Begin(counter, nowNs);
                break;
            case 0x4:
                s.SysTickReload = value & ValueMask;
                // A counter that runs finishes its round first; the origin is moved so that its value stays.
                Begin(counter, nowNs);
                break;
            case 0x8:
                // Zero, which is no event, and the reload value a tick later.
                s.SysTickControl &= ~CountFlag;
                Begin(0, nowNs);
                break;
        }
        SetTimer();
    }

    /// <summary>A state was restored or the processor was reset.</summary>
    public void Resume() => SetTimer();

    /// <summary>For good.</summary>
    public void Stop() => _timer.Cancel();

    private ulong Elapsed(long nowNs)
    {
        var now = Rate.TicksAt(nowNs);
        return now > _cpu->State.SysTickOriginTicks ? now - _cpu->State.SysTickOriginTicks : 0;
    }

    private uint Value(long nowNs)
    {
        ref var s = ref _cpu->State;
        if (!IsRunning) return s.SysTickValue;
        var elapsed = Elapsed(nowNs);
        return elapsed <= s.SysTickValue
            ? s.SysTickValue - (uint)elapsed
            : s.SysTickReload - (uint)((elapsed - s.SysTickValue - 1) % RoundTicks);
    }

    // From here on the counter has this value.
    private void Begin(uint value, long nowNs)
    {
        _cpu->State.SysTickValue = value;
        if (IsRunning) _cpu->State.SysTickOriginTicks = Rate.TicksAt(nowNs);
    }

    // Zeros passed since the last look leave the flag and pend the interrupt; the last of them becomes the origin.
    private void Update(long nowNs)
    {
        ref var s = ref _cpu->State;
        if (!IsRunning) return;
        var elapsed = Elapsed(nowNs);
        var first = TicksToZero;
        if (elapsed < first) return;
        s.SysTickOriginTicks += elapsed - (elapsed - first) % RoundTicks;
        s.SysTickValue = 0;
        s.SysTickControl |= CountFlag;
        if ((s.SysTickControl & InterruptEnable) != 0) _pend();
    }

    private void OnTimer()
    {
        Update(_clock.NowNs);
        SetTimer();
    }

    private void SetTimer()
    {
        if (IsRunning && (_cpu->State.SysTickControl & InterruptEnable) != 0
            && Rate.FirstNsOf((UInt128)_cpu->State.SysTickOriginTicks + TicksToZero) is { } ns) _timer.Set(ns);
        else _timer.Cancel();
    }

    // Ticks in 10 ms.
    private uint Calibration() => Math.Max(1, _profile.SysTickReferenceHz / 100) - 1;
}
