// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace EdgeHypervisor.Cores.CortexM;

/// <summary>How control passes from one handler to the next.</summary>
/// <remarks>
/// A handler has the signature of <c>Handler</c>: (cpu, instruction, left, table). <c>left</c> counts the instructions
/// that may run after this one; <c>table</c> is the handlers of the next instruction, which in an IT block are others.
/// It ends by calling one of these in tail position, which the JIT makes a jump: that needs optimised code, no address
/// taken of a local or parameter, and the same parameters in the same order.
/// </remarks>
internal static unsafe class Flow
{
    /// <summary>
    /// For handlers. Optimised at once and no tiering, which .NET never compiles ahead of time; where all else is, they are compiled ahead
    /// like any code: a short run would wait for some fifty of them.
    /// </summary>
#if COMPILED_AHEAD
    public const MethodImplOptions Hot = 0;
#else
    public const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;
#endif

    /// <summary>For what handlers are made of.</summary>
    public const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>For what handlers seldom need: keeps it out of their code.</summary>
    public const MethodImplOptions Cold = MethodImplOptions.NoInlining;

    /// <summary>Runs the instruction at an entry of the current page, unless the batch is used up.</summary>
    [MethodImpl(Inline)]
    public static void Next(Cpu* cpu, Instruction* instruction, long left, nint* table)
    {
        if (left == 0)
        {
            Leave(cpu, instruction, left, table);
            return;
        }
        ((Handler)table[instruction->Handler])(cpu, instruction, left - 1, table);
    }

    /// <summary>Goes on at an address, in this page or another.</summary>
    [MethodImpl(Inline)]
    public static void JumpTo(Cpu* cpu, uint target, long left, nint* table)
    {
        var page = cpu->Code[target >> RamRegion.PageShift];
        if (page == 0)
        {
            cpu->State.Pc = target;
            FetchPage(cpu, null, left, table);
            return;
        }
        cpu->PcBias = (target & ~(ulong)(RamRegion.PageBytes - 1)) - ((ulong)page >> 3);
        var place = (Instruction*)page + ((target & (RamRegion.PageBytes - 1)) >> 1);
        if (CountJump(cpu, place))
        {
            BecomeHot(cpu, place, left, table);
            return;
        }
        Next(cpu, place, left, table);
    }

    /// <summary><see cref="Heat.Count"/> of a place, in code of this assembly: from another one nothing is inlined ahead of time.</summary>
    [MethodImpl(Inline)]
    public static bool CountJump(Cpu* cpu, Instruction* place) => ++*(cpu->Heat + ((nuint)place / (nuint)sizeof(Instruction) & (Heat.Slots - 1))) == Heat.HotJumps;

    /// <summary>Goes on at an instruction of the current page that has just become hot.</summary>
    [MethodImpl(Cold)]
    public static void BecomeHot(Cpu* cpu, Instruction* place, long left, nint* table)
    {
        cpu->State.Pc = (uint)Cpu.PcOf(cpu, place);
        Cpu.Core(cpu).OnHot(place);
        Next(cpu, place, left, table);
    }

    /// <summary>Returns to the core before this instruction; <paramref name="left"/> have not run.</summary>
    [MethodImpl(Cold)]
    public static void Leave(Cpu* cpu, Instruction* instruction, long left, nint* table)
    {
        cpu->State.Pc = (uint)Cpu.PcOf(cpu, instruction);
        cpu->Remaining = left;
    }

    // The page of State.Pc has no decoded instructions yet.
    [MethodImpl(Cold)]
    private static void FetchPage(Cpu* cpu, Instruction* unused, long left, nint* table)
    {
        cpu->Remaining = left;
        var instruction = Cpu.Core(cpu).Fetch();
        if (instruction == null) return;
        Next(cpu, instruction, left, table);
    }
}
