// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using static EdgeHypervisor.Cores.RiscV.Flow;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>Handlers of branches and jumps: near ones stay in the page and need no lookup.</summary>
internal static unsafe class Jumps
{
    [MethodImpl(Hot)]
    public static void NearBranch<TCondition, TLength>(Hart* hart, Instruction* i, long left, nint* table)
        where TCondition : struct, ICondition
        where TLength : struct, ILength
    {
        var x = Hart.X(hart);
        if (TCondition.Holds(x[i->Rs1], x[i->Rd]))
        {
            NearTarget(hart, i, left, table);
            return;
        }
        Next(hart, i + TLength.Step, left, table);
    }

    [MethodImpl(Hot)]
    public static void FarBranch<TXlen, TCondition, TLength>(Hart* hart, Instruction* i, long left, nint* table)
        where TXlen : struct, IWidth
        where TCondition : struct, ICondition
        where TLength : struct, ILength
    {
        var x = Hart.X(hart);
        if (TCondition.Holds(x[i->Rs1], x[i->Rd]))
        {
            FarTarget(hart, i, left, table, TXlen.Unsigned(Hart.PcOf(hart, i) + (ulong)i->Immediate));
            return;
        }
        Next(hart, i + TLength.Step, left, table);
    }

    [MethodImpl(Hot)]
    public static void NearJump<TXlen, TLength>(Hart* hart, Instruction* i, long left, nint* table)
        where TXlen : struct, IWidth
        where TLength : struct, ILength
    {
        Hart.X(hart)[i->Rd] = TXlen.Result(Hart.PcOf(hart, i + TLength.Step));
        var target = i + i->Immediate;
        if ((i->Immediate < 0 || i->Rd != Instruction.Discard) && CountJump(hart, target))
        {
            BecomeHot(hart, target, left, table);
            return;
        }
        Next(hart, target, left, table);
    }

    [MethodImpl(Hot)]
    public static void FarJump<TXlen, TLength>(Hart* hart, Instruction* i, long left, nint* table)
        where TXlen : struct, IWidth
        where TLength : struct, ILength
    {
        var target = TXlen.Unsigned(Hart.PcOf(hart, i) + (ulong)i->Immediate);
        if ((target & hart->MisalignedTargetMask) == 0) Hart.X(hart)[i->Rd] = TXlen.Result(Hart.PcOf(hart, i + TLength.Step));
        FarTarget(hart, i, left, table, target);
    }

    [MethodImpl(Hot)]
    public static void JumpRegister<TXlen, TLength>(Hart* hart, Instruction* i, long left, nint* table)
        where TXlen : struct, IWidth
        where TLength : struct, ILength
    {
        var x = Hart.X(hart);
        var target = TXlen.Unsigned(x[i->Rs1] + (ulong)i->Immediate) & ~1UL;
        if ((target & hart->MisalignedTargetMask) == 0) x[i->Rd] = TXlen.Result(Hart.PcOf(hart, i + TLength.Step));
        FarTarget(hart, i, left, table, target);
    }

    [MethodImpl(Hot)]
    public static void ObservedJumpRegister<TXlen, TLength>(Hart* hart, Instruction* i, long left, nint* table)
        where TXlen : struct, IWidth
        where TLength : struct, ILength
    {
        IndirectTargets.Record(hart->IndirectTargets, (nint)i, TXlen.Unsigned(Hart.X(hart)[i->Rs1] + (ulong)i->Immediate) & ~1UL);
        JumpRegister<TXlen, TLength>(hart, i, left, table);
    }

    // A jump back, and a call, is what makes code hot; in the page it is a loop, beyond it a call or return as well.
    [MethodImpl(Inline)]
    private static void NearTarget(Hart* hart, Instruction* i, long left, nint* table)
    {
        var target = i + i->Immediate;
        if (i->Immediate < 0 && CountJump(hart, target))
        {
            BecomeHot(hart, target, left, table);
            return;
        }
        Next(hart, target, left, table);
    }

    // Without compressed instructions a target at an odd halfword is the jump's own trap: privileged specification, 3.1.15.
    [MethodImpl(Inline)]
    private static void FarTarget(Hart* hart, Instruction* i, long left, nint* table, ulong target)
    {
        if ((target & hart->MisalignedTargetMask) != 0)
        {
            Misaligned(hart, i, left, table, target);
            return;
        }
        JumpTo(hart, target, left, table);
    }

    [MethodImpl(Cold)]
    private static void Misaligned(Hart* hart, Instruction* i, long left, nint* table, ulong target) =>
        SlowPath.Raise(hart, i, left, Cause.InstructionMisaligned, target);
}
