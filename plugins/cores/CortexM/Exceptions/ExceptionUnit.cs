// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace EdgeHypervisor.Cores.CortexM;

/// <summary>
/// The NVIC's heart: which exceptions are pending, enabled and active, and which one runs next. Arm B1.5, B3.4.
/// </summary>
internal sealed unsafe partial class ExceptionUnit(Cpu* cpu, Profile profile, CortexMCore core)
{
    /// <summary>From here on a value loaded into r15 in handler mode is a return.</summary>
    public const uint FirstReturnValue = 0xF000_0000;

    private const int Unprioritized = 256;
    private const int Words = 4;

    // Those without an enable bit in the NVIC: a fault that is not enabled has become a HardFault before it is pended.
    private const ulong AlwaysEnabled = 0xFFFF;

    private int _current = Unprioritized;
    private int _next;
    private int _nextPriority = Unprioritized;

    /// <summary>Whether an exception is to be taken before the next instruction.</summary>
    public bool IsPending => _nextPriority < _current;

    /// <summary>Why the processor locked up, in words.</summary>
    public string? LockupDetail { get; private set; }

    /// <summary>The exception in ICSR.VECTPENDING: the highest pending and enabled one.</summary>
    public int HighestPending => _next;

    /// <summary>Whether a pending interrupt would wake a WFI: as if PRIMASK were clear. Arm B1.5.19.</summary>
    public bool WouldWake => _nextPriority < ExecutionPriority(ignorePrimask: true);

    /// <summary>Nothing pending, nothing active, as after a reset.</summary>
    public void Clear()
    {
        LockupDetail = null;
        Recompute();
    }

    public bool IsPendingBit(int number) => Bit(cpu->State.Pending, number);

    public bool IsActiveBit(int number) => Bit(cpu->State.Active, number);

    /// <summary>Makes an exception pending.</summary>
    public void Pend(int number)
    {
        if (!Bit(cpu->State.Pending, number) && (cpu->State.Scr & SystemControlBits.SendEventOnPend) != 0) cpu->State.Event = true;
        SetBit(cpu->State.Pending, number, true);
        Recompute();
    }

    /// <summary>Takes a pending exception back; a level that stands pends again.</summary>
    public void Unpend(int number)
    {
        SetBit(cpu->State.Pending, number, Bit(cpu->State.Levels, number) && !Bit(cpu->State.Active, number));
        Recompute();
    }

    public void SetActive(int number, bool isActive)
    {
        SetBit(cpu->State.Active, number, isActive);
        Recompute();
    }

    /// <summary>An interrupt input: a rising edge pends, and so does a level that still stands when its handler is done.</summary>
    public void Drive(int number, bool level)
    {
        var was = Bit(cpu->State.Levels, number);
        if (was == level) return;
        SetBit(cpu->State.Levels, number, level);
        if (level) Pend(number);
    }

    /// <summary>What runs and what waits has changed.</summary>
    public void Recompute()
    {
        _current = ExecutionPriority(ignorePrimask: false);
        (_next, _nextPriority) = (0, Unprioritized);
        var best = int.MaxValue;
        for (var word = 0; word < Words; word++)
        {
            var enabled = cpu->State.Enabled[word] | (word == 0 ? AlwaysEnabled : 0);
            for (var bits = cpu->State.Pending[word] & enabled; bits != 0; bits &= bits - 1)
            {
                var number = word * 64 + BitOperations.TrailingZeroCount(bits);
                var priority = Priority(number);
                if (priority >= best) continue;
                (best, _next, _nextPriority) = (priority, number, GroupPriority(priority));
            }
        }
    }

    /// <summary>The priority of an exception; lower is more urgent.</summary>
    public int Priority(int number) => number switch
    {
        1 => -3,
        ExceptionNumber.Nmi => -2,
        ExceptionNumber.HardFault => -1,
        _ => cpu->State.Priority[number] & profile.PriorityMask,
    };

    /// <summary>A fault of the instruction at the program counter: pends the exception it leads to, or locks up. Arm B1.5.14.</summary>
    public void Fault(FaultCause cause, uint address)
    {
        Record(cause, address);
        var number = ExceptionOf(cause);
        var isEnabled = number == ExceptionNumber.HardFault || (profile.IsV7 && (cpu->State.Shcsr >> EnableBitOf(number) & 1) != 0);
        if (number != ExceptionNumber.HardFault && (!isEnabled || GroupPriority(Priority(number)) >= _current)) Escalate(cause);
        else if (number == ExceptionNumber.HardFault) HardFault(cause);
        else Pend(number);
    }

    /// <summary>
    /// A bus error of a load or store that is only written down: handlers at priority -1 and -2 ask for that by
    /// CCR.BFHFNMIGN. Arm B3.2.8, B1.5.14.
    /// </summary>
    public bool TryIgnore(FaultCause cause, uint address)
    {
        if (_current >= 0 || cause != FaultCause.DataError || (cpu->State.Ccr & ConfigurationControl.IgnoreBusFaults) == 0) return false;
        Record(cause, address);
        return true;
    }

    /// <summary>SVC.</summary>
    public void SupervisorCall()
    {
        if (GroupPriority(Priority(ExceptionNumber.SvCall)) < _current) Pend(ExceptionNumber.SvCall);
        else Escalate(FaultCause.None);
    }

    // A configurable fault that cannot be taken becomes a HardFault.
    private void Escalate(FaultCause cause)
    {
        if (profile.IsV7) cpu->State.Hfsr |= SystemControlBits.Forced;
        HardFault(cause);
    }

    private void HardFault(FaultCause cause)
    {
        if (_current > -1)
        {
            Pend(ExceptionNumber.HardFault);
            return;
        }
        cpu->State.LockedUp = true;
        LockupDetail = $"lockup: {(cause == FaultCause.None ? "SVC" : cause)} at 0x{cpu->State.Pc:x8} in exception {cpu->State.Exception}, CFSR 0x{cpu->State.Cfsr:x8}, HFSR 0x{cpu->State.Hfsr:x8}";
    }

    private void Record(FaultCause cause, uint address)
    {
        if (!profile.IsV7) return;
        ref var s = ref cpu->State;
        if (cause < FaultCause.Breakpoint) s.Cfsr |= 1u << (int)cause;
        if (cause == FaultCause.Breakpoint) s.Hfsr |= SystemControlBits.DebugEvent;
        if (cause == FaultCause.VectorTable) s.Hfsr |= SystemControlBits.VectorTableFault;
        if (cause == FaultCause.DataViolation) (s.Mmfar, s.Cfsr) = (address, s.Cfsr | SystemControlBits.MmfarValid);
        if (cause == FaultCause.DataError) (s.Bfar, s.Cfsr) = (address, s.Cfsr | SystemControlBits.BfarValid);
    }

    private static int ExceptionOf(FaultCause cause) => cause switch
    {
        < FaultCause.FetchError => ExceptionNumber.MemManage,
        < FaultCause.Undefined => ExceptionNumber.BusFault,
        < FaultCause.Breakpoint => ExceptionNumber.UsageFault,
        _ => ExceptionNumber.HardFault,
    };

    // SHCSR: MEMFAULTENA, BUSFAULTENA, USGFAULTENA.
    private static int EnableBitOf(int number) => 16 + number - ExceptionNumber.MemManage;

    // Priorities of one group do not preempt each other. Arm B1.5.4.
    private int GroupPriority(int priority) =>
        priority < 0 ? priority : priority & (int)(0xFFu << (int)(cpu->State.PriorityGrouping + 1)) & 0xFF;

    private int ExecutionPriority(bool ignorePrimask)
    {
        ref var s = ref cpu->State;
        var priority = Unprioritized;
        for (var word = 0; word < Words; word++)
        {
            for (var bits = s.Active[word]; bits != 0; bits &= bits - 1)
                priority = Math.Min(priority, GroupPriority(Priority(word * 64 + BitOperations.TrailingZeroCount(bits))));
        }
        var basepri = (int)s.Basepri & profile.PriorityMask;
        if (basepri != 0) priority = Math.Min(priority, GroupPriority(basepri));
        if (s.Primask != 0 && !ignorePrimask) priority = Math.Min(priority, 0);
        return s.Faultmask != 0 ? Math.Min(priority, -1) : priority;
    }

    private static bool Bit(ulong* words, int number) => (words[number >> 6] >> number & 1) != 0;

    private static void SetBit(ulong* words, int number, bool value)
    {
        var bit = 1UL << number;
        words[number >> 6] = value ? words[number >> 6] | bit : words[number >> 6] & ~bit;
    }
}
