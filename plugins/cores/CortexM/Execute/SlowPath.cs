// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using static EdgeHypervisor.Cores.CortexM.Flow;

namespace EdgeHypervisor.Cores.CortexM;

/// <summary>
/// What handlers do when the fast way is not open. State and instruction count are exact before anything outside sees
/// them.
/// </summary>
internal static unsafe class SlowPath
{
    /// <summary>Makes program counter and instruction count exact, as they are before this instruction.</summary>
    public static CortexMCore Begin(Cpu* cpu, Instruction* i, long left)
    {
        cpu->State.Pc = (uint)Cpu.PcOf(cpu, i);
        cpu->Remaining = left + 1;
        return Cpu.Core(cpu);
    }

    /// <summary>Goes on behind an instruction that others may have reacted to.</summary>
    public static void Continue(Cpu* cpu, Instruction* i, int step, long left, nint* table, CortexMCore core)
    {
        if (core.NeedsAttention)
        {
            Leave(cpu, i + step, left, table);
            return;
        }
        Next(cpu, i + step, left, table);
    }

    /// <summary>The instruction has been executed and the core is to look around before the next one.</summary>
    public static void Retire(Cpu* cpu, Instruction* i, long left)
    {
        cpu->State.Pc = (uint)Cpu.PcOf(cpu, i + i->Step);
        cpu->Remaining = left;
    }

    /// <summary>The instruction faults: it has used one of the budget and can be repeated.</summary>
    [MethodImpl(Cold)]
    public static void Raise(Cpu* cpu, Instruction* i, long left, FaultCause cause, uint address = 0)
    {
        var core = Begin(cpu, i, left);
        cpu->Remaining = left;
        if (cpu->ItInstruction == i) cpu->State.It = cpu->ItCurrent;
        core.Exceptions.Fault(cause, address);
    }

    /// <summary>A value loaded into r15, or the target of BX. Arm A2.3.1, BXWritePC.</summary>
    [MethodImpl(Cold)]
    public static void Interwork(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        var target = Cpu.R(cpu)[15];
        var core = Begin(cpu, i, left);
        cpu->Remaining = left;
        if (target >= ExceptionUnit.FirstReturnValue && cpu->State.Exception != 0)
        {
            core.Exceptions.Return(target);
            return;
        }
        if ((target & 1) == 0)
        {
            cpu->State.Pc = target;
            core.Exceptions.Fault(FaultCause.InvalidState, 0);
            return;
        }
        JumpTo(cpu, target & ~1u, left, table);
    }
}
