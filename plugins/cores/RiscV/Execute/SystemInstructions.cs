// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using static EdgeHypervisor.Cores.RiscV.Flow;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>Handlers of Zicsr, Zifencei, the privileged instructions, and of what the decoder itself puts into a page.</summary>
internal static unsafe class SystemInstructions
{
    /// <summary>Fresh memory: decodes the entry in place, then runs it.</summary>
    [MethodImpl(Hot)]
    public static void Undecoded(Hart* hart, Instruction* i, long left, nint* table)
    {
        Hart.Core(hart).DecodeEntry(i);
        ((Handler)table[i->Handler])(hart, i, left, table);
    }

    /// <summary>A handler that this table does not hold yet.</summary>
    [MethodImpl(Hot)]
    public static void Unresolved(Hart* hart, Instruction* i, long left, nint* table)
    {
        Hart.Core(hart).ResolveHandlers(i->Op);
        ((Handler)table[i->Handler])(hart, i, left, table);
    }

    /// <summary>Behind the last instruction of a page. It is not an instruction, so its place in the budget is given back.</summary>
    [MethodImpl(Hot)]
    public static void PageEnd<TXlen>(Hart* hart, Instruction* i, long left, nint* table)
        where TXlen : struct, IWidth => JumpTo(hart, TXlen.Unsigned(Hart.PcOf(hart, i)), left + 1, table);

    /// <summary>An instruction across two pages is decoded each time: the second page may change its mapping.</summary>
    [MethodImpl(Hot)]
    public static void Straddle(Hart* hart, Instruction* i, long left, nint* table)
    {
        var core = SlowPath.Begin(hart, i, left);
        if (!core.TryReadInstruction(out var bits))
        {
            hart->Remaining = left;
            core.Traps.Raise(core.Memory.FaultCause, core.Memory.FaultAddress);
            return;
        }
        var detour = core.PrepareDetour(bits);
        ((Handler)table[detour->Handler])(hart, detour, left, table);
    }

    [MethodImpl(Hot)]
    public static void Breakpoint(Hart* hart, Instruction* i, long left, nint* table)
    {
        var core = SlowPath.Begin(hart, i, left);
        if (core.StopsAtBreakpoint())
        {
            hart->Exit = HartExit.Breakpoint;
            return;
        }
        if (!core.TryReadInstruction(out var bits))
        {
            hart->Remaining = left;
            core.Traps.Raise(core.Memory.FaultCause, core.Memory.FaultAddress);
            return;
        }
        var detour = core.PrepareDetour(bits);
        ((Handler)table[detour->Handler])(hart, detour, left, table);
    }

    /// <summary>A translated region begins here.</summary>
    [MethodImpl(Hot)]
    public static void Region(Hart* hart, Instruction* i, long left, nint* table)
    {
        var core = SlowPath.Begin(hart, i, left);
        var next = (Instruction*)core.Translator!.Run((nint)i);
        if (next == null) return;
        ((Handler)table[next->Handler])(hart, next, hart->Remaining - 1, table);
    }

    [MethodImpl(Hot)]
    public static void Illegal(Hart* hart, Instruction* i, long left, nint* table) =>
        SlowPath.Raise(hart, i, left, Cause.IllegalInstruction, (uint)i->Immediate);

    /// <summary>The guest's stores to code count from here on.</summary>
    [MethodImpl(Hot)]
    public static void FenceI(Hart* hart, Instruction* i, long left, nint* table)
    {
        var core = SlowPath.Begin(hart, i, left);
        var next = core.Address(hart->State.Pc + 4);
        core.Code.DropWrittenPages();
        JumpTo(hart, next, left, table);
    }

    [MethodImpl(Hot)]
    public static void Csr(Hart* hart, Instruction* i, long left, nint* table)
    {
        var core = SlowPath.Begin(hart, i, left);
        if (!core.Csrs.TryExecute(*i))
        {
            SlowPath.Raise(hart, i, left, Cause.IllegalInstruction, core.BitsAtPc());
            return;
        }
        if (core.ModeChanged)
        {
            Leave(hart, i + Long.Step, left, table);
            return;
        }
        SlowPath.Continue(hart, i, left, table, core);
    }

    [MethodImpl(Hot)]
    public static void EnvironmentCall(Hart* hart, Instruction* i, long left, nint* table) =>
        SlowPath.Raise(hart, i, left, Cause.EnvironmentCallFromUser + (byte)hart->State.Privilege, 0);

    [MethodImpl(Hot)]
    public static void EnvironmentBreak(Hart* hart, Instruction* i, long left, nint* table)
    {
        var core = SlowPath.Begin(hart, i, left);
        if (core.Semihosting is not { IsCall: true } semihosting) SlowPath.Raise(hart, i, left, Cause.Breakpoint, hart->State.Pc);
        else if (semihosting.TryCall()) Leave(hart, i + Long.Step, left, table);
        else hart->State.Waiting = true; // there is no input yet: it waits here, and asks again
    }

    [MethodImpl(Hot)]
    public static void MachineReturn(Hart* hart, Instruction* i, long left, nint* table)
    {
        var core = SlowPath.Begin(hart, i, left);
        hart->Remaining = left;
        if (!core.Traps.TryReturnFromMachine()) SlowPath.Raise(hart, i, left, Cause.IllegalInstruction, core.BitsAtPc());
    }

    [MethodImpl(Hot)]
    public static void SupervisorReturn(Hart* hart, Instruction* i, long left, nint* table)
    {
        var core = SlowPath.Begin(hart, i, left);
        hart->Remaining = left;
        if (!core.Traps.TryReturnFromSupervisor()) SlowPath.Raise(hart, i, left, Cause.IllegalInstruction, core.BitsAtPc());
    }

    [MethodImpl(Hot)]
    public static void WaitForInterrupt(Hart* hart, Instruction* i, long left, nint* table)
    {
        var core = SlowPath.Begin(hart, i, left);
        if (!core.Traps.MayWait)
        {
            SlowPath.Raise(hart, i, left, Cause.IllegalInstruction, core.BitsAtPc());
            return;
        }
        Leave(hart, i + Long.Step, left, table);
        hart->State.Waiting = true;
    }

    [MethodImpl(Hot)]
    public static void FenceTranslation(Hart* hart, Instruction* i, long left, nint* table)
    {
        var core = SlowPath.Begin(hart, i, left);
        if (!core.Memory.TryFence(i->Rs1 == 0 ? null : core.Address(Hart.X(hart)[i->Rs1])))
        {
            SlowPath.Raise(hart, i, left, Cause.IllegalInstruction, core.BitsAtPc());
            return;
        }
        Leave(hart, i + Long.Step, left, table);
    }
}
