// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>
/// Takes traps and returns from them. Privileged specification, 3.1.6 to 3.1.15, 3.3.2 and 4.1. A trap is precise: the
/// program counter in the state is the instruction's, and nothing of it has happened.
/// </summary>
internal sealed unsafe class TrapUnit(Hart* hart, Isa isa)
{
    private const ulong VectoredMode = 1;

    // SAFETY: the hart outlives this object; the core owns both.
    private readonly HartState* _state = &hart->State;

    /// <summary>For the owner of the firmware, when the hart has stopped for good.</summary>
    public string? FaultDetail { get; private set; }

    /// <summary>Hears of each trap and each return; null for nobody.</summary>
    public Action<TrapInfo>? Taken { get; set; }

    /// <summary>Set when the privilege may have changed.</summary>
    public bool ModeChanged { get; set; }

    /// <summary>The bits of mip.</summary>
    public ulong PendingInterrupts => _state->InterruptInputs | _state->SoftwareInterrupts;

    /// <summary>
    /// Whether WFI may be executed at this privilege: where it may not wait for long, it traps at once. User mode may not where there
    /// is a supervisor: privileged specification, 3.1.6.5.
    /// </summary>
    public bool MayWait => _state->Privilege switch
    {
        Privilege.Machine => true,
        Privilege.User when isa.Has(Extensions.S) => false,
        _ => (_state->Mstatus & Status.Tw) == 0,
    };

    /// <summary>Takes an exception at the program counter.</summary>
    public void Raise(Cause cause, ulong value)
    {
        if ((_state->Mcountinhibit & Counters.InstretBit) == 0) _state->InstretBase--; // it did not retire
        var toSupervisor = _state->Privilege != Privilege.Machine && (_state->Medeleg >> (int)cause & 1) != 0;
        if (IsLockup(cause, toSupervisor)) return;
        Enter(toSupervisor, (ulong)cause, isInterrupt: false, value);
    }

    /// <summary>Takes the most urgent interrupt that is enabled; false when there is none.</summary>
    public bool TryTakeInterrupt()
    {
        var pending = PendingInterrupts & _state->Mie;
        if (pending == 0) return false;
        var forMachine = pending & ~_state->Mideleg;
        if (forMachine != 0 && MachineTakesInterrupts) return Take(forMachine, toSupervisor: false);
        var forSupervisor = pending & _state->Mideleg;
        return forSupervisor != 0 && SupervisorTakesInterrupts && Take(forSupervisor, toSupervisor: true);
    }

    /// <summary>Whether <see cref="TryTakeInterrupt"/> would take one.</summary>
    public bool HasInterrupt
    {
        get
        {
            var pending = PendingInterrupts & _state->Mie;
            return pending != 0
                && (((pending & ~_state->Mideleg) != 0 && MachineTakesInterrupts)
                    || ((pending & _state->Mideleg) != 0 && SupervisorTakesInterrupts));
        }
    }

    /// <summary>MRET; false where it is illegal.</summary>
    public bool TryReturnFromMachine()
    {
        if (_state->Privilege != Privilege.Machine) return false;
        var status = _state->Mstatus;
        var to = Status.PreviousPrivilege(status);
        status = Copy(status, Status.Mpie, Status.Mie) | Status.Mpie;
        status = (status & ~Status.Mpp) | (ulong)Lowest << Status.MppShift;
        if (to != Privilege.Machine) status &= ~Status.Mprv;
        Return(status, to, _state->Mepc);
        return true;
    }

    /// <summary>SRET; false where it is illegal.</summary>
    public bool TryReturnFromSupervisor()
    {
        var status = _state->Mstatus;
        if (_state->Privilege == Privilege.User) return false;
        if (_state->Privilege == Privilege.Supervisor && (status & Status.Tsr) != 0) return false;
        var to = (status & Status.Spp) != 0 ? Privilege.Supervisor : Privilege.User;
        status = Copy(status, Status.Spie, Status.Sie) | Status.Spie;
        status &= ~(Status.Spp | Status.Mprv);
        Return(status, to, _state->Sepc);
        return true;
    }

    /// <summary>Forgets a fault, for a reset.</summary>
    public void Clear() => FaultDetail = null;

    private Privilege Lowest => isa.Has(Extensions.U) ? Privilege.User : Privilege.Machine;

    private bool MachineTakesInterrupts =>
        _state->Privilege != Privilege.Machine || (_state->Mstatus & Status.Mie) != 0;

    private bool SupervisorTakesInterrupts =>
        _state->Privilege == Privilege.User
        || (_state->Privilege == Privilege.Supervisor && (_state->Mstatus & Status.Sie) != 0);

    private bool Take(ulong interrupts, bool toSupervisor)
    {
        foreach (var number in Interrupt.ByPriority)
        {
            if ((interrupts >> number & 1) == 0) continue;
            Enter(toSupervisor, number, isInterrupt: true, 0);
            return true;
        }
        return false;
    }

    private void Enter(bool toSupervisor, ulong code, bool isInterrupt, ulong value)
    {
        var cause = code | (isInterrupt ? 1UL << (isa.Xlen - 1) : 0);
        var from = _state->Pc;
        if (toSupervisor) EnterSupervisor(cause, value);
        else EnterMachine(cause, value);
        var vector = toSupervisor ? _state->Stvec : _state->Mtvec;
        var isVectored = (vector & 3) == VectoredMode && isInterrupt;
        _state->Pc = Wrap((vector & ~3UL) + (isVectored ? 4 * code : 0));
        _state->HasReservation = false;
        _state->Waiting = false;
        ModeChanged = true;
        Taken?.Invoke(new TrapInfo(isInterrupt ? TrapKind.Interrupt : TrapKind.Exception, (uint)code, TrapNames.Of(isInterrupt, code), from, _state->Pc, value));
    }

    private void EnterMachine(ulong cause, ulong value)
    {
        var status = Copy(_state->Mstatus, Status.Mie, Status.Mpie) & ~(Status.Mie | Status.Mpp);
        _state->Mstatus = status | (ulong)_state->Privilege << Status.MppShift;
        _state->Mcause = cause;
        _state->Mepc = _state->Pc;
        _state->Mtval = value;
        _state->Privilege = Privilege.Machine;
    }

    private void EnterSupervisor(ulong cause, ulong value)
    {
        var status = Copy(_state->Mstatus, Status.Sie, Status.Spie) & ~(Status.Sie | Status.Spp);
        _state->Mstatus = status | (_state->Privilege == Privilege.Supervisor ? Status.Spp : 0);
        _state->Scause = cause;
        _state->Sepc = _state->Pc;
        _state->Stval = value;
        _state->Privilege = Privilege.Supervisor;
    }

    private void Return(ulong status, Privilege to, ulong address)
    {
        var from = _state->Pc;
        _state->Mstatus = status;
        _state->Privilege = to;
        _state->Pc = Wrap(address);
        _state->HasReservation = false;
        ModeChanged = true;
        Taken?.Invoke(new TrapInfo(TrapKind.Return, 0, TrapNames.Of(to), from, _state->Pc, 0));
    }

    // A handler that cannot even be fetched would trap into itself for ever.
    private bool IsLockup(Cause cause, bool toSupervisor)
    {
        if (cause != Cause.InstructionAccessFault || toSupervisor) return false;
        if (_state->Privilege != Privilege.Machine || _state->Pc != Wrap(_state->Mtvec & ~3UL)) return false;
        FaultDetail = $"there is no trap handler: mtvec is 0x{_state->Mtvec:x}, where nothing can be executed; "
            + $"the trap was {DescribeCause(_state->Mcause)} at pc 0x{_state->Mepc:x}, mtval 0x{_state->Mtval:x}";
        hart->Exit = HartExit.Fault;
        return true;
    }

    private string DescribeCause(ulong cause)
    {
        var interrupt = 1UL << (isa.Xlen - 1);
        return (cause & interrupt) != 0 ? $"interrupt {cause & ~interrupt}" : ((Cause)cause).ToString();
    }

    private ulong Wrap(ulong address) => isa.Xlen == 32 ? (uint)address : address;

    // Copies one bit of the status to the place of another.
    private static ulong Copy(ulong status, ulong from, ulong to) =>
        (status & from) != 0 ? status | to : status & ~to;
}
