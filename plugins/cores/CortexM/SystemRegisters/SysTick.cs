// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <summary>
/// The system timer: counts down from its reload value to zero and begins again. Arm B3.3. The value is computed from
/// guest time when it is asked for; a timer of the VM is set only when the interrupt is wanted.
/// </summary>
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

    /// <summary>The register at an offset from 0xE000_E010, whose low bits are given.</summary>
    public uint Read(uint register)
    {
        ref var s = ref _cpu->State;
        switch (register)
        {
            case 0x0:
                Update();
                var control = s.SysTickControl;
                s.SysTickControl &= ~CountFlag; // reading clears it
                return control;
            case 0x4: return s.SysTickReload;
            case 0x8: return Value();
            default: return _profile.SysTickReferenceHz == 0 ? 1u << 31 : Calibration();
        }
    }

    /// <summary>Writes a register.</summary>
    public void Write(uint register, uint value)
    {
        ref var s = ref _cpu->State;
        Update();
        var now = Value();
        switch (register)
        {
            case 0x0:
                s.SysTickValue = now;
                s.SysTickControl = (s.SysTickControl & CountFlag) | (value & 7) | (_profile.SysTickReferenceHz == 0 ? ProcessorClock : 0);
                Begin(now == 0 ? s.SysTickReload : now);
                break;
            case 0x4:
                s.SysTickReload = value & ValueMask;
                // A counter that runs finishes its round first; the origin is moved so that its value stays.
                Begin(now == 0 ? s.SysTickReload : now);
                break;
            case 0x8:
                s.SysTickControl &= ~CountFlag;
                s.SysTickValue = 0;
                Begin(s.SysTickReload);
                break;
        }
        SetTimer();
    }

    /// <summary>A state was restored or the processor was reset.</summary>
    public void Resume() => SetTimer();

    /// <summary>For good.</summary>
    public void Stop() => _timer.Cancel();

    // Ticks since the origin; at the origin the counter is at its reload value, so it is zero once every reload + 1 ticks.
    private ulong Elapsed()
    {
        var now = Rate.TicksAt(_clock.NowNs);
        return now > _cpu->State.SysTickOriginTicks ? now - _cpu->State.SysTickOriginTicks : 0;
    }

    private uint Value()
    {
        ref var s = ref _cpu->State;
        if (!IsRunning) return s.SysTickValue;
        var elapsed = Elapsed();
        return elapsed <= s.SysTickValue
            ? s.SysTickValue - (uint)elapsed
            : s.SysTickReload - (uint)((elapsed - s.SysTickValue - 1) % (s.SysTickReload + 1));
    }

    // From here on the counter has this value.
    private void Begin(uint value)
    {
        if (!IsRunning) return;
        _cpu->State.SysTickValue = value;
        _cpu->State.SysTickOriginTicks = Rate.TicksAt(_clock.NowNs);
    }

    // Rounds that are over since the last look leave the flag, and move the origin.
    private void Update()
    {
        ref var s = ref _cpu->State;
        if (!IsRunning) return;
        var elapsed = Elapsed();
        if (elapsed < s.SysTickValue) return;
        s.SysTickControl |= CountFlag;
        if (elapsed == s.SysTickValue) return;
        // The value at zero counts as the end of a round; the next one begins a tick later, at the reload value.
        var rounds = (elapsed - s.SysTickValue - 1) / (s.SysTickReload + 1);
        s.SysTickOriginTicks += s.SysTickValue + 1 + rounds * (s.SysTickReload + 1);
        s.SysTickValue = s.SysTickReload;
    }

    private void OnTimer()
    {
        if (!IsRunning || (_cpu->State.SysTickControl & InterruptEnable) == 0) return;
        var elapsed = Elapsed();
        if (elapsed >= _cpu->State.SysTickValue)
        {
            _pend();
            Update();
        }
        SetTimer();
    }

    private void SetTimer()
    {
        ref var s = ref _cpu->State;
        if (!IsRunning || (s.SysTickControl & InterruptEnable) == 0)
        {
            _timer.Cancel();
            return;
        }
        // The next time the counter gets to zero that is still to come.
        var elapsed = Elapsed();
        var due = s.SysTickOriginTicks + s.SysTickValue;
        if (elapsed >= s.SysTickValue) due += ((elapsed - s.SysTickValue) / (s.SysTickReload + 1) + 1) * (s.SysTickReload + 1);
        if (Rate.FirstNsOf(due) is { } ns) _timer.Set(ns);
    }

    // Ticks in 10 ms.
    private uint Calibration() => Math.Max(1, _profile.SysTickReferenceHz / 100) - 1;
}
