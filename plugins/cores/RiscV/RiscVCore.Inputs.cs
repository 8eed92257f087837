// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>Interrupt inputs and the supervisor's timer.</summary>
internal sealed unsafe partial class RiscVCore
{
    /// <inheritdoc/>
    /// <remarks>A hart without supervisor mode has no seip; machines may still wire it, so the input exists and leads nowhere.</remarks>
    public IInterruptLine? FindInput(string name) => name switch
    {
        "msip" => new Input(this, 1UL << Interrupt.MachineSoftware),
        "mtip" => new Input(this, 1UL << Interrupt.MachineTimer),
        "meip" => new Input(this, 1UL << Interrupt.MachineExternal),
        "seip" => new Input(this, _isa.Has(Extensions.S) ? 1UL << Interrupt.SupervisorExternal : 0),
        _ => null,
    };

    /// <summary>Sstc: the supervisor's timer interrupt is pending from stimecmp on, and by nothing else: what software set is gone.</summary>
    public void UpdateSupervisorTimer()
    {
        if (_supervisorTimer is null) return;
        ref var state = ref _hart->State;
        var runs = state.Menvcfg >> 63 != 0;
        if (runs) state.SoftwareInterrupts &= ~SupervisorTimerBit;
        var isDue = runs && Counters.Time >= state.Stimecmp;
        state.InterruptInputs = isDue ? state.InterruptInputs | SupervisorTimerBit : state.InterruptInputs & ~SupervisorTimerBit;
        if (runs && !isDue && Counters.TimeToNs(state.Stimecmp) is { } dueNs) _supervisorTimer.Set(dueNs);
        else _supervisorTimer.Cancel();
    }

    private sealed class Input(RiscVCore core, ulong bit) : IInterruptLine
    {
        public void Drive(bool level)
        {
            ref var state = ref core._hart->State;
            state.InterruptInputs = level ? state.InterruptInputs | bit : state.InterruptInputs & ~bit;
        }
    }
}
