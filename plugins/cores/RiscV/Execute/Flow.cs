// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>How control passes from one handler to the next.</summary>
/// <remarks>
/// A handler has the signature of <c>Handler</c>: (hart, instruction, left, table). <c>left</c> counts the
/// instructions that may run after this one. It ends by calling one of these in tail position, which the JIT makes a
/// jump: that needs optimised code, no address taken of a local or parameter, and the same parameters in the same
/// order. Should a JIT ever not do so, the stack stays bounded, since <c>left</c> begins at
/// <see cref="RiscVCore.BatchInstructions"/> at most.
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
    public static void Next(Hart* hart, Instruction* instruction, long left, nint* table)
    {
        if (left == 0)
        {
            Leave(hart, instruction, left, table);
            return;
        }
        ((Handler)table[instruction->Handler])(hart, instruction, left - 1, table);
    }

    /// <summary>Goes on at an address, in this page or another.</summary>
    [MethodImpl(Inline)]
    public static void JumpTo(Hart* hart, ulong target, long left, nint* table)
    {
        var slot = hart->Fetch + (target >> RamRegion.PageShift & (Hart.FetchSlots - 1));
        if (slot->Page != (target & ~(ulong)(RamRegion.PageBytes - 1)))
        {
            hart->State.Pc = target;
            FetchPage(hart, null, left, table);
            return;
        }
        hart->PcBias = slot->PcBias;
        var place = slot->Instructions + ((target & (RamRegion.PageBytes - 1)) >> 1);
        if (CountJump(hart, place))
        {
            BecomeHot(hart, place, left, table);
            return;
        }
        Next(hart, place, left, table);
    }

    /// <summary><see cref="Heat.Count"/> of a place, in code of this assembly: from another one nothing is inlined ahead of time.</summary>
    [MethodImpl(Inline)]
    public static bool CountJump(Hart* hart, Instruction* place) => ++*(hart->Heat + ((nuint)place / (nuint)sizeof(Instruction) & (Heat.Slots - 1))) == Heat.HotJumps;

    /// <summary>Goes on at an instruction of the current page that has just become hot.</summary>
    [MethodImpl(Cold)]
    public static void BecomeHot(Hart* hart, Instruction* place, long left, nint* table)
    {
        var core = Hart.Core(hart);
        hart->State.Pc = core.Address(Hart.PcOf(hart, place));
        core.OnHot(place);
        Next(hart, place, left, table);
    }

    /// <summary>Returns to the core before this instruction; <paramref name="left"/> have not run.</summary>
    [MethodImpl(Cold)]
    public static void Leave(Hart* hart, Instruction* instruction, long left, nint* table)
    {
        hart->State.Pc = Hart.PcOf(hart, instruction);
        hart->Remaining = left;
    }

    // The page of State.Pc is not among the remembered ones.
    [MethodImpl(Cold)]
    private static void FetchPage(Hart* hart, Instruction* unused, long left, nint* table)
    {
        hart->Remaining = left;
        var instruction = Hart.Core(hart).Fetch();
        if (instruction == null) return;
        Next(hart, instruction, left, table);
    }
}
