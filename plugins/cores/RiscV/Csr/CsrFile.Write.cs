// SPDX-License-Identifier: Apache-2.0
using static EdgeHypervisor.Cores.RiscV.CsrAddress;

namespace EdgeHypervisor.Cores.RiscV;

internal sealed unsafe partial class CsrFile
{
    // Exceptions that can be delegated: all but environment calls from machine mode and the reserved codes.
    private const ulong DelegableExceptions = 0xB3FF;

    // The register exists: it was read before. False is for reads and writes that differ in their right.
    private bool TryWrite(int csr, ulong value)
    {
        value = ZeroExtended(value);
        switch (csr >> 8 & 3)
        {
            case 0: WriteFloat(csr, value); break;
            case 1: WriteSupervisor(csr, value); break;
            default: WriteMachine(csr, value); break;
        }
        return true;
    }

    private void WriteFloat(int csr, ulong value)
    {
        var bits = (uint)value;
        _state->Fcsr = csr switch
        {
            Fflags => (_state->Fcsr & ~0x1Fu) | (bits & 0x1F),
            Frm => (_state->Fcsr & 0x1Fu) | (bits & 7) << 5,
            _ => bits & 0xFF,
        };
        _state->Mstatus |= Status.Fs;
        core.OnFloatStatusChanged();
    }

    private void WriteSupervisor(int csr, ulong value)
    {
        switch (csr)
        {
            case Sstatus: WriteStatus(value, Status.SupervisorWritable); break;
            case Sie: _state->Mie = (_state->Mie & ~_state->Mideleg) | (value & _state->Mideleg); break;
            case Stvec: _state->Stvec = Vector(value, _state->Stvec); break;
            case Scounteren: _state->Scounteren = (uint)value; break;
            case Senvcfg: _state->Senvcfg = value & 1; break;
            case Sscratch: _state->Sscratch = value; break;
            case Sepc: _state->Sepc = ExceptionPc(value); break;
            case Scause: _state->Scause = value; break;
            case Stval: _state->Stval = value; break;
            case Sip: WriteSupervisorPending(value); break;
            case Stimecmp: WriteSupervisorTimer(IsRv32 ? (_state->Stimecmp & ~0xFFFF_FFFFUL) | value : value); break;
            case Stimecmph: WriteSupervisorTimer((uint)_state->Stimecmp | value << 32); break;
            case Satp: WriteTranslation(value); break;
        }
    }

    private void WriteMachine(int csr, ulong value)
    {
        switch (csr)
        {
            case Mstatus: WriteStatus(value, MachineWritable); break;
            case Mie: _state->Mie = value & ImplementedInterrupts; break;
            case Mtvec: _state->Mtvec = Vector(value, _state->Mtvec); break;
            case Mscratch: _state->Mscratch = value; break;
            case Mepc: _state->Mepc = ExceptionPc(value); break;
            case Mcause: _state->Mcause = value; break;
            case Mtval: _state->Mtval = value; break;
            case Mip: WritePending(value); break;
            case Medeleg: _state->Medeleg = value & DelegableExceptions; break;
            case Mideleg: _state->Mideleg = value & Interrupt.SupervisorMask; break;
            case Mcounteren: _state->Mcounteren = (uint)value; break;
            case Mcountinhibit: core.Counters.Inhibit(value); break;
            case Menvcfg: WriteEnvironment(IsRv32 ? (_state->Menvcfg & ~0xFFFF_FFFFUL) | value : value); break;
            case Menvcfgh: WriteEnvironment((uint)_state->Menvcfg | value << 32); break;
            case >= Pmpcfg0 and <= Pmpaddr15: WriteProtection(csr, value); break;
            default: WriteCounter(csr, value); break;
        }
    }

    private void WriteCounter(int csr, ulong value)
    {
        var counters = core.Counters;
        switch (csr)
        {
            case Mcycle: counters.Cycle = IsRv32 ? (counters.Cycle & ~0xFFFF_FFFFUL) | value : value; break;
            case Minstret: counters.Instret = IsRv32 ? (counters.Instret & ~0xFFFF_FFFFUL) | value : value; break;
            case Mcycleh: counters.Cycle = (uint)counters.Cycle | value << 32; break;
            case Minstreth: counters.Instret = (uint)counters.Instret | value << 32; break;
        }
    }

    // A reserved privilege in MPP leaves the old one.
    private void WriteStatus(ulong value, ulong writable)
    {
        if ((writable & Status.Mpp) != 0 && !Exists(Status.PreviousPrivilege(value))) writable &= ~Status.Mpp;
        var status = (_state->Mstatus & ~writable) | (value & writable);
        var translationChanges = ((status ^ _state->Mstatus) & (Status.Sum | Status.Mxr | Status.Mprv | Status.Mpp)) != 0;
        _state->Mstatus = status;
        if (translationChanges) core.OnTranslationChanged();
        core.OnFloatStatusChanged();
    }

    private ulong MachineWritable
    {
        get
        {
            var writable = Status.Mie | Status.Mpie | Status.Mpp;
            if (isa.Has(Extensions.U)) writable |= Status.Mprv | Status.Tw;
            if (isa.Has(Extensions.S)) writable |= Status.SupervisorWritable | Status.Tvm | Status.Tsr;
            return isa.Has(Extensions.F) ? writable | Status.Fs : writable & ~Status.Fs;
        }
    }

    private ulong ImplementedInterrupts =>
        isa.Has(Extensions.S) ? Interrupt.MachineMask | Interrupt.SupervisorMask : Interrupt.MachineMask;

    private bool Exists(Privilege privilege) => privilege switch
    {
        Privilege.Machine => true,
        Privilege.Supervisor => isa.Has(Extensions.S),
        Privilege.User => isa.Has(Extensions.U),
        _ => false,
    };

    // Software sets the supervisor's bits; the timer's only while the hart does not drive it itself.
    private void WritePending(ulong value)
    {
        var writable = isa.Has(Extensions.S) ? Interrupt.SupervisorMask : 0;
        if (SupervisorTimerRuns) writable &= ~(1UL << Interrupt.SupervisorTimer);
        _state->SoftwareInterrupts = (_state->SoftwareInterrupts & ~writable) | (value & writable);
    }

    private void WriteSupervisorPending(ulong value)
    {
        var writable = (1UL << Interrupt.SupervisorSoftware) & _state->Mideleg;
        _state->SoftwareInterrupts = (_state->SoftwareInterrupts & ~writable) | (value & writable);
    }

    private void WriteEnvironment(ulong value)
    {
        _state->Menvcfg = value & (1 | (isa.Has(Extensions.Sstc) ? EnvironmentTimer : 0));
        core.UpdateSupervisorTimer();
    }

    private void WriteSupervisorTimer(ulong value)
    {
        _state->Stimecmp = value;
        core.UpdateSupervisorTimer();
    }

    // A mode that is not there leaves the whole register as it is: privileged specification, 4.1.11. No ASIDs.
    private void WriteTranslation(ulong value)
    {
        if (IsRv32) value &= 1UL << 31 | ((1UL << 22) - 1);
        else if (value >> 60 is not (0 or 8 or 9)) return;
        else value &= 0xFUL << 60 | ((1UL << 44) - 1);
        _state->Satp = value;
        core.OnTranslationChanged();
    }

    private void WriteProtection(int csr, ulong value)
    {
        var protection = core.Memory.Protection;
        if (csr >= Pmpaddr0) protection.WriteAddress(csr - Pmpaddr0, value);
        else
        {
            for (var i = 0; i < isa.Xlen / 8; i++) protection.WriteConfig((csr - Pmpcfg0) * 4 + i, (byte)(value >> (8 * i)));
        }
        core.OnTranslationChanged();
    }

    // Direct and vectored; the reserved modes leave the register.
    private static ulong Vector(ulong value, ulong old) => (value & 2) == 0 ? value : old;

    private ulong ExceptionPc(ulong value) => value & ~(isa.Has(Extensions.C) ? 1UL : 3UL);

    private bool SupervisorTimerRuns => isa.Has(Extensions.Sstc) && (_state->Menvcfg & EnvironmentTimer) != 0;
}
