// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using static EdgeHypervisor.Cores.CortexM.Flow;

namespace EdgeHypervisor.Cores.CortexM;

/// <summary>Handlers of system instructions, and of what the decoder itself puts into a page.</summary>
internal static unsafe class SystemInstructions
{
    /// <summary>Fresh memory: decodes the entry in place, then runs it.</summary>
    [MethodImpl(Hot)]
    public static void Undecoded(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        Cpu.Core(cpu).DecodeEntry(i);
        ((Handler)table[i->Handler])(cpu, i, left, table);
    }

    /// <summary>A handler that the table does not hold yet.</summary>
    [MethodImpl(Hot)]
    public static void Unresolved(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        Cpu.Core(cpu).ResolveHandlers(i);
        ((Handler)cpu->Table[i->Handler])(cpu, i, left, table);
    }

    /// <summary>Behind the last instruction of a page. It is not an instruction, so its place in the budget is given back.</summary>
    [MethodImpl(Hot)]
    public static void PageEnd(Cpu* cpu, Instruction* i, long left, nint* table) => JumpTo(cpu, (uint)Cpu.PcOf(cpu, i), left + 1, table);

    /// <summary>An instruction across two pages is decoded each time: the second page may change.</summary>
    [MethodImpl(Hot)]
    public static void Straddle(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        var detour = Original(cpu, i, left);
        if (detour == null) return;
        ((Handler)table[detour->Handler])(cpu, detour, left, table);
    }

    [MethodImpl(Hot)]
    public static void Breakpoint(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        var core = SlowPath.Begin(cpu, i, left);
        if (core.StopsAtBreakpoint())
        {
            cpu->Exit = CpuExit.Breakpoint;
            return;
        }
        var detour = Original(cpu, i, left);
        if (detour == null) return;
        ((Handler)table[detour->Handler])(cpu, detour, left, table);
    }

    /// <summary>A translated region begins here.</summary>
    [MethodImpl(Hot)]
    public static void Region(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        var core = SlowPath.Begin(cpu, i, left);
        var next = (Instruction*)core.Translator!.Run((nint)i);
        if (next == null) return;
        var handlers = cpu->State.It == 0 ? cpu->Table : cpu->ItTable;
        ((Handler)handlers[next->Handler])(cpu, next, cpu->Remaining - 1, handlers);
    }

    [MethodImpl(Hot)]
    public static void Undefined(Cpu* cpu, Instruction* i, long left, nint* table) => SlowPath.Raise(cpu, i, left, FaultCause.Undefined);

    [MethodImpl(Hot)]
    public static void NoCoprocessor(Cpu* cpu, Instruction* i, long left, nint* table) => SlowPath.Raise(cpu, i, left, FaultCause.NoCoprocessor);

    [MethodImpl(Hot)]
    public static void Nothing(Cpu* cpu, Instruction* i, long left, nint* table) => Next(cpu, i + i->Step, left, table);

    [MethodImpl(Hot)]
    public static void WaitForInterrupt(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        SlowPath.Retire(cpu, i, left);
        cpu->State.Waiting = Waiting.ForInterrupt;
    }

    [MethodImpl(Hot)]
    public static void WaitForEvent(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        if (cpu->State.Event)
        {
            cpu->State.Event = false;
            Next(cpu, i + i->Step, left, table);
            return;
        }
        SlowPath.Retire(cpu, i, left);
        cpu->State.Waiting = Waiting.ForEvent;
    }

    [MethodImpl(Hot)]
    public static void SendEvent(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        cpu->State.Event = true;
        Next(cpu, i + i->Step, left, table);
    }

    [MethodImpl(Hot)]
    public static void SupervisorCall(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        SlowPath.Retire(cpu, i, left);
        Cpu.Core(cpu).Exceptions.SupervisorCall();
    }

    /// <summary>BKPT: semihosting where it is on, else a fault without a debugger. Arm C1.6.1.</summary>
    [MethodImpl(Hot)]
    public static void BreakpointInstruction(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        if (i->Immediate != Semihosting.Breakpoint || Cpu.Core(cpu).Semihosting is not { } semihosting)
        {
            SlowPath.Raise(cpu, i, left, FaultCause.Breakpoint);
            return;
        }
        SlowPath.Begin(cpu, i, left);
        if (semihosting.TryCall())
        {
            SlowPath.Retire(cpu, i, left);
            return;
        }
        // There is no input yet: it waits here, and asks again.
        if (cpu->ItInstruction == i) cpu->State.It = cpu->ItCurrent;
        cpu->State.Waiting = Waiting.ForInterrupt;
    }

    [MethodImpl(Hot)]
    public static void ReadSpecial(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        var core = SlowPath.Begin(cpu, i, left);
        Cpu.R(cpu)[i->Rd] = core.Special.Read(i->Immediate);
        Next(cpu, i + i->Step, left, table);
    }

    [MethodImpl(Hot)]
    public static void WriteSpecial(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        var core = SlowPath.Begin(cpu, i, left);
        core.Special.Write(i->Immediate & 0xFF, i->Immediate >> 8, Cpu.R(cpu)[i->Rn]);
        SlowPath.Continue(cpu, i, i->Step, left, table, core);
    }

    [MethodImpl(Hot)]
    public static void ChangeState(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        var core = SlowPath.Begin(cpu, i, left);
        core.Special.Change(i->Immediate);
        SlowPath.Continue(cpu, i, i->Step, left, table, core);
    }

    // The instruction that another entry stands for, out of its page; null when its fetch has faulted.
    [MethodImpl(Cold)]
    private static Instruction* Original(Cpu* cpu, Instruction* i, long left)
    {
        var core = SlowPath.Begin(cpu, i, left);
        if (core.TryReadInstruction(out var bits, out var isNarrow)) return core.PrepareDetour(bits, isNarrow);
        SlowPath.Raise(cpu, i, left, core.Memory.FaultCause, core.Memory.FaultAddress);
        return null;
    }
}
