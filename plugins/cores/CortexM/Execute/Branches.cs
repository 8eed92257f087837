// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using static EdgeHypervisor.Cores.CortexM.Flow;

namespace EdgeHypervisor.Cores.CortexM;

/// <summary>A condition on the flags. Arm A7.3.</summary>
internal unsafe interface ICondition
{
    static abstract bool Holds(Cpu* cpu, Instruction* i);
}

/// <summary>The conditions.</summary>
internal static unsafe class Conditions
{
    public readonly struct Always : ICondition
    {
        public static bool Holds(Cpu* cpu, Instruction* i) => true;
    }

    public readonly struct Eq : ICondition
    {
        public static bool Holds(Cpu* cpu, Instruction* i) => cpu->State.NotZero == 0;
    }

    public readonly struct Ne : ICondition
    {
        public static bool Holds(Cpu* cpu, Instruction* i) => cpu->State.NotZero != 0;
    }

    public readonly struct Cs : ICondition
    {
        public static bool Holds(Cpu* cpu, Instruction* i) => cpu->State.Carry != 0;
    }

    public readonly struct Cc : ICondition
    {
        public static bool Holds(Cpu* cpu, Instruction* i) => cpu->State.Carry == 0;
    }

    public readonly struct Mi : ICondition
    {
        public static bool Holds(Cpu* cpu, Instruction* i) => (int)cpu->State.Negative < 0;
    }

    public readonly struct Pl : ICondition
    {
        public static bool Holds(Cpu* cpu, Instruction* i) => (int)cpu->State.Negative >= 0;
    }

    public readonly struct Vs : ICondition
    {
        public static bool Holds(Cpu* cpu, Instruction* i) => (int)cpu->State.Overflow < 0;
    }

    public readonly struct Vc : ICondition
    {
        public static bool Holds(Cpu* cpu, Instruction* i) => (int)cpu->State.Overflow >= 0;
    }

    public readonly struct Hi : ICondition
    {
        public static bool Holds(Cpu* cpu, Instruction* i) => cpu->State.Carry != 0 && cpu->State.NotZero != 0;
    }

    public readonly struct Ls : ICondition
    {
        public static bool Holds(Cpu* cpu, Instruction* i) => cpu->State.Carry == 0 || cpu->State.NotZero == 0;
    }

    public readonly struct Ge : ICondition
    {
        public static bool Holds(Cpu* cpu, Instruction* i) => (int)(cpu->State.Negative ^ cpu->State.Overflow) >= 0;
    }

    public readonly struct Lt : ICondition
    {
        public static bool Holds(Cpu* cpu, Instruction* i) => (int)(cpu->State.Negative ^ cpu->State.Overflow) < 0;
    }

    public readonly struct Gt : ICondition
    {
        public static bool Holds(Cpu* cpu, Instruction* i) => cpu->State.NotZero != 0 && (int)(cpu->State.Negative ^ cpu->State.Overflow) >= 0;
    }

    public readonly struct Le : ICondition
    {
        public static bool Holds(Cpu* cpu, Instruction* i) => cpu->State.NotZero == 0 || (int)(cpu->State.Negative ^ cpu->State.Overflow) < 0;
    }

    public readonly struct IsZero : ICondition
    {
        public static bool Holds(Cpu* cpu, Instruction* i) => Cpu.R(cpu)[i->Rn] == 0;
    }

    public readonly struct IsNotZero : ICondition
    {
        public static bool Holds(Cpu* cpu, Instruction* i) => Cpu.R(cpu)[i->Rn] != 0;
    }

    /// <summary>A condition by its number.</summary>
    public static bool Hold(Cpu* cpu, uint condition) => condition switch
    {
        0 => Eq.Holds(cpu, null),
        1 => Ne.Holds(cpu, null),
        2 => Cs.Holds(cpu, null),
        3 => Cc.Holds(cpu, null),
        4 => Mi.Holds(cpu, null),
        5 => Pl.Holds(cpu, null),
        6 => Vs.Holds(cpu, null),
        7 => Vc.Holds(cpu, null),
        8 => Hi.Holds(cpu, null),
        9 => Ls.Holds(cpu, null),
        10 => Ge.Holds(cpu, null),
        11 => Lt.Holds(cpu, null),
        12 => Gt.Holds(cpu, null),
        13 => Le.Holds(cpu, null),
        _ => true,
    };
}

/// <summary>Handlers of branches and jumps: near ones stay in the page and need no lookup.</summary>
internal static unsafe class Branches
{
    [MethodImpl(Hot)]
    public static void Near<TCondition>(Cpu* cpu, Instruction* i, long left, nint* table)
        where TCondition : struct, ICondition
    {
        if (!TCondition.Holds(cpu, i))
        {
            Next(cpu, i + i->Step, left, table);
            return;
        }
        var target = i + (int)i->Immediate;
        if ((int)i->Immediate < 0 && CountJump(cpu, target))
        {
            BecomeHot(cpu, target, left, table);
            return;
        }
        Next(cpu, target, left, table);
    }

    [MethodImpl(Hot)]
    public static void Far<TCondition>(Cpu* cpu, Instruction* i, long left, nint* table)
        where TCondition : struct, ICondition
    {
        if (!TCondition.Holds(cpu, i))
        {
            Next(cpu, i + i->Step, left, table);
            return;
        }
        JumpTo(cpu, (uint)Cpu.PcOf(cpu, i) + 4 + i->Immediate, left, table);
    }

    [MethodImpl(Hot)]
    public static void Call(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        var pc = (uint)Cpu.PcOf(cpu, i);
        Cpu.R(cpu)[14] = (pc + 4) | 1;
        JumpTo(cpu, pc + 4 + i->Immediate, left, table);
    }

    [MethodImpl(Hot)]
    public static void CallRegister(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        var r = Cpu.R(cpu);
        var target = r[i->Rm];
        r[14] = ((uint)Cpu.PcOf(cpu, i) + 2) | 1;
        if ((target & 1) == 0)
        {
            r[15] = target;
            InvalidState(cpu, i, left, table);
            return;
        }
        JumpTo(cpu, target & ~1u, left, table);
    }

    [MethodImpl(Hot)]
    public static void Exchange(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        var r = Cpu.R(cpu);
        var target = i->Rm == 15 ? (uint)Cpu.PcOf(cpu, i) + 4 : r[i->Rm];
        if ((target & 1) == 0 || target >= ExceptionUnit.FirstReturnValue)
        {
            r[15] = target;
            SlowPath.Interwork(cpu, i, left, table);
            return;
        }
        JumpTo(cpu, target & ~1u, left, table);
    }

    /// <summary>TBB and TBH: a table of forward distances. Arm A7.7.185.</summary>
    [MethodImpl(Hot)]
    public static void Table(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        var r = Cpu.R(cpu);
        var size = i->InnerOrOwn == Op.Tbh ? 2 : 1;
        var address = r[i->Rn] + r[i->Rm] * (uint)size;
        var core = SlowPath.Begin(cpu, i, left);
        if (!core.Memory.TryLoad(address, size, core.Memory.Privilege, out var distance))
        {
            SlowPath.Raise(cpu, i, left, core.Memory.FaultCause, core.Memory.FaultAddress);
            return;
        }
        JumpTo(cpu, (uint)Cpu.PcOf(cpu, i) + 4 + distance * 2, left, table);
    }

    /// <summary>IT: the next instructions are conditional. Arm A7.7.38.</summary>
    [MethodImpl(Hot)]
    public static void IfThen(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        cpu->State.It = i->Immediate;
        Next(cpu, i + i->Step, left, cpu->ItTable);
    }

    /// <summary>An instruction in an IT block: in the place of every handler there.</summary>
    [MethodImpl(Hot)]
    public static void Conditional(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        var it = cpu->State.It;
        var after = (it & 7) == 0 ? 0 : (it & 0xE0) | (it << 1 & 0x1F);
        cpu->State.It = after;
        var next = after == 0 ? cpu->Table : cpu->ItTable;
        if (!Conditions.Hold(cpu, it >> 4))
        {
            Next(cpu, i + i->Step, left, next);
            return;
        }
        cpu->ItInstruction = i;
        cpu->ItCurrent = it;
        var handler = i->Handler;
        if ((i->Traits & InstructionTraits.FlagsOutsideIt) != 0) handler &= unchecked((ushort)~HandlerIndex.SetsFlags);
        if (cpu->Table[handler] == HandlerTables.Unresolved) Resolve(cpu, i);
        ((Handler)cpu->Table[handler])(cpu, i, left, next);
    }

    [MethodImpl(Cold)]
    private static void Resolve(Cpu* cpu, Instruction* i) => Cpu.Core(cpu).ResolveHandlers(i);

    [MethodImpl(Cold)]
    private static void InvalidState(Cpu* cpu, Instruction* i, long left, nint* table) => SlowPath.Interwork(cpu, i, left, table);
}
