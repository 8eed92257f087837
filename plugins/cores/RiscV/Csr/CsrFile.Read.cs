// SPDX-License-Identifier: Apache-2.0
using static EdgeHypervisor.Cores.RiscV.CsrAddress;

namespace EdgeHypervisor.Cores.RiscV;

internal sealed unsafe partial class CsrFile
{
    private bool TryRead(int csr, out ulong value)
    {
        var found = (csr >> 8 & 3) switch
        {
            0 => ReadUser(csr),
            1 => isa.Has(Extensions.S) ? ReadSupervisor(csr) : null,
            3 => ReadMachine(csr),
            _ => null,
        };
        value = ZeroExtended(found ?? 0);
        return found is not null;
    }

    private ulong? ReadUser(int csr) => csr switch
    {
        Fflags => FloatIsOn ? _state->Fcsr & 0x1FUL : null,
        Frm => FloatIsOn ? (ulong)_state->Fcsr >> 5 : null,
        Fcsr => FloatIsOn ? (ulong)_state->Fcsr : null,
        >= Cycle and <= Hpmcounter31 => ReadUserCounter(csr - Cycle, upper: false),
        >= Cycleh and <= Hpmcounter31h when IsRv32 => ReadUserCounter(csr - Cycleh, upper: true),
        _ => null,
    };

    private ulong? ReadUserCounter(int number, bool upper)
    {
        if (!CounterIsEnabled(number)) return null;
        if (number > 2 && !isa.Has(Extensions.Zihpm)) return null;
        var value = number switch
        {
            0 => core.Counters.Cycle,
            1 => core.Counters.Time,
            2 => core.Counters.Instret,
            _ => 0UL,
        };
        return upper ? value >> 32 : value;
    }

    // mcounteren lets supervisor mode see a counter, scounteren then user mode: privileged specification, 3.1.11 and 4.1.5.
    private bool CounterIsEnabled(int number)
    {
        if (_state->Privilege == Privilege.Machine) return true;
        if ((_state->Mcounteren >> number & 1) == 0) return false;
        return _state->Privilege == Privilege.Supervisor || !isa.Has(Extensions.S) || (_state->Scounteren >> number & 1) != 0;
    }

    private ulong? ReadSupervisor(int csr) => csr switch
    {
        Sstatus => WithDirty(_state->Mstatus & Status.SupervisorView),
        Sie => _state->Mie & _state->Mideleg,
        Stvec => _state->Stvec,
        Scounteren => _state->Scounteren,
        Senvcfg => _state->Senvcfg,
        Sscratch => _state->Sscratch,
        Sepc => _state->Sepc,
        Scause => _state->Scause,
        Stval => _state->Stval,
        Sip => core.Traps.PendingInterrupts & _state->Mideleg,
        Stimecmp => SupervisorTimerIsVisible ? _state->Stimecmp : null,
        Stimecmph when IsRv32 => SupervisorTimerIsVisible ? _state->Stimecmp >> 32 : null,
        Satp => _state->Satp,
        _ => null,
    };

    private ulong? ReadMachine(int csr) => csr switch
    {
        Mvendorid or Marchid or Mimpid or Mconfigptr => 0,
        Mhartid => (ulong)hartId,
        Misa => isa.Misa,
        Mstatus => WithDirty(_state->Mstatus),
        Mstatush when IsRv32 => 0,
        Mie => _state->Mie,
        Mtvec => _state->Mtvec,
        Mscratch => _state->Mscratch,
        Mepc => _state->Mepc,
        Mcause => _state->Mcause,
        Mtval => _state->Mtval,
        Mip => core.Traps.PendingInterrupts,
        >= Mcountinhibit and <= Tdata3 when csr is Mcountinhibit or >= Tselect => csr == Mcountinhibit ? _state->Mcountinhibit : 0,
        >= Pmpcfg0 and <= Pmpaddr15 => ReadProtection(csr),
        _ => ReadMachineCounter(csr) ?? ReadDelegation(csr),
    };

    private ulong? ReadMachineCounter(int csr) => csr switch
    {
        Mcycle => core.Counters.Cycle,
        Minstret => core.Counters.Instret,
        Mcycleh when IsRv32 => core.Counters.Cycle >> 32,
        Minstreth when IsRv32 => core.Counters.Instret >> 32,
        >= Mhpmcounter3 and <= Mhpmcounter31 => 0,
        >= Mhpmcounter3h and <= Mhpmcounter31h when IsRv32 => 0,
        >= Mhpmevent3 and <= Mhpmevent31 => 0,
        _ => null,
    };

    private ulong? ReadDelegation(int csr) => csr switch
    {
        Medeleg when isa.Has(Extensions.S) => _state->Medeleg,
        Mideleg when isa.Has(Extensions.S) => _state->Mideleg,
        Mcounteren when isa.Has(Extensions.U) => _state->Mcounteren,
        Menvcfg when isa.Has(Extensions.U) => _state->Menvcfg,
        Menvcfgh when isa.Has(Extensions.U) && IsRv32 => _state->Menvcfg >> 32,
        _ => null,
    };

    private ulong? ReadProtection(int csr)
    {
        if (csr >= Pmpaddr0) return _state->PmpAddress[csr - Pmpaddr0];
        if (csr > Pmpcfg3 || (!IsRv32 && (csr & 1) != 0)) return null;
        var value = 0UL;
        for (var i = 0; i < isa.Xlen / 8; i++) value |= (ulong)_state->PmpConfig[(csr - Pmpcfg0) * 4 + i] << (8 * i);
        return value;
    }

    private bool FloatIsOn => isa.Has(Extensions.F) && (_state->Mstatus & Status.Fs) != 0;

    private bool SupervisorTimerIsVisible =>
        isa.Has(Extensions.Sstc)
        && (_state->Privilege == Privilege.Machine
            || ((_state->Menvcfg & EnvironmentTimer) != 0 && (_state->Mcounteren & Counters.TimeBit) != 0));

    // SD says that there is anything to save: the top bit.
    private ulong WithDirty(ulong status) =>
        (status & Status.Fs) == Status.Fs ? status | 1UL << (isa.Xlen - 1) : status;

    /// <summary>menvcfg.STCE: supervisor mode has its own timer.</summary>
    private const ulong EnvironmentTimer = 1UL << 63;
}
