// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;

namespace EdgeHypervisor.Cores.CortexM;

/// <content>Data processing, and conditions.</content>
internal sealed unsafe partial class CortexMEmitter
{
    private void EmitLogical(in Instruction i, RegionEmitter region, BlockFlags flags)
    {
        var il = region.IL;
        var kept = KeptOf(region);
        var needsCarry = i.SetsFlags && (flags.Needed & Flags.C) != 0 && !FlagUse.LeavesCarry(i);
        if (needsCarry) PushCarryOut(i, region); // before anything that it is made of changes
        if (i.Op is not (Op.Mov or Op.Mvn)) Push(i.Rn, region);
        PushOperand(i, region);
        switch (i.Op)
        {
            case Op.And or Op.Tst: il.Emit(OpCodes.And); break;
            case Op.Bic: il.Emit(OpCodes.Not); il.Emit(OpCodes.And); break;
            case Op.Orr: il.Emit(OpCodes.Or); break;
            case Op.Orn: il.Emit(OpCodes.Not); il.Emit(OpCodes.Or); break;
            case Op.Eor or Op.Teq: il.Emit(OpCodes.Xor); break;
            case Op.Mvn: il.Emit(OpCodes.Not); break;
        }
        FinishResult(i, region, flags, kept);
        if (needsCarry) region.Set(Carry);
    }

    // Pops the result: into its register, the flags N and Z, and where a condition will look.
    private static void FinishResult(in Instruction i, RegionEmitter region, BlockFlags flags, Kept kept)
    {
        var il = region.IL;
        if (!i.SetsFlags || ((flags.Needed & Flags.NZ) == 0 && !flags.IsKept))
        {
            Set(i.Rd, region);
            return;
        }
        il.Emit(OpCodes.Stloc, kept.Result);
        if (flags.IsKept) flags.KeptOp = i.Op;
        SetResultFlags(region, flags.Needed, kept);
        if (i.Rd >= 15) return;
        il.Emit(OpCodes.Ldloc, kept.Result);
        region.Set(i.Rd);
    }

    private static void SetResultFlags(RegionEmitter region, Flags flags, Kept kept)
    {
        if ((flags & Flags.NZ) == 0) return;
        region.IL.Emit(OpCodes.Ldloc, kept.Result);
        region.Set(Negative);
        region.IL.Emit(OpCodes.Ldloc, kept.Result);
        region.Set(NotZero);
    }

    private void EmitArithmetic(in Instruction i, RegionEmitter region, BlockFlags flags)
    {
        var il = region.IL;
        if (!i.SetsFlags || (flags.Needed == Flags.None && !flags.IsKept))
        {
            if (i.Rd >= 15) return; // a comparison that nobody looks at
            PushTerms(i, region);
            Combine(i.Op, region);
            Set(i.Rd, region);
            return;
        }
        var kept = KeptOf(region);
        PushTerms(i, region);
        il.Emit(OpCodes.Stloc, kept.B);
        il.Emit(OpCodes.Stloc, kept.A);
        if (flags.IsKept) flags.KeptOp = i.Op;
        if (i.Rd < 15 || flags.Needed != Flags.None || !IsDifference(i.Op))
        {
            il.Emit(OpCodes.Ldloc, kept.A);
            il.Emit(OpCodes.Ldloc, kept.B);
            Combine(i.Op, region);
            il.Emit(OpCodes.Stloc, kept.Result);
        }
        SetFlags(i.Op, flags.Needed, region, kept);
        if (i.Rd >= 15) return;
        il.Emit(OpCodes.Ldloc, kept.Result);
        region.Set(i.Rd);
    }

    private static void SetFlags(Op op, Flags flags, RegionEmitter region, Kept kept)
    {
        SetResultFlags(region, flags, kept);
        if ((flags & Flags.V) != 0) SetOverflow(op, region, kept);
        if ((flags & Flags.C) != 0) SetCarry(op, region, kept);
    }

    // Flags that were left to somebody behind their setter; null where there are none.
    private Action? SetLate(Flags late, BlockFlags flags, RegionEmitter region)
    {
        if (late == Flags.None) return null;
        var (op, kept) = (flags.KeptOp, KeptOf(region));
        return () =>
        {
            if (op is >= Op.Add and <= Op.Cmn)
            {
                region.IL.Emit(OpCodes.Ldloc, kept.A);
                region.IL.Emit(OpCodes.Ldloc, kept.B);
                Combine(op, region);
                region.IL.Emit(OpCodes.Stloc, kept.Result);
            }
            SetFlags(op, late, region, kept);
        };
    }

    private void EndBranch(OpCode condition, BlockFlags flags, RegionEmitter region) =>
        region.EndBranch(condition, SetLate(flags.AtTarget, flags, region), SetLate(flags.AtNext, flags, region));

    private static bool IsDifference(Op op) => op is Op.Sub or Op.Cmp or Op.Rsb;

    // Both operands in the order of the operation: RSB is a difference the other way round.
    private void PushTerms(in Instruction i, RegionEmitter region)
    {
        if (i.Op == Op.Rsb)
        {
            PushOperand(i, region);
            Push(i.Rn, region);
            return;
        }
        Push(i.Rn, region);
        PushOperand(i, region);
    }

    private static void Combine(Op op, RegionEmitter region)
    {
        var il = region.IL;
        switch (op)
        {
            case Op.Add or Op.Cmn: il.Emit(OpCodes.Add); break;
            case Op.Adc: il.Emit(OpCodes.Add); region.Get(Carry); il.Emit(OpCodes.Add); break;
            case Op.Sbc:
                il.Emit(OpCodes.Sub);
                il.Emit(OpCodes.Ldc_I4_1);
                il.Emit(OpCodes.Sub);
                region.Get(Carry);
                il.Emit(OpCodes.Add);
                break;
            default: il.Emit(OpCodes.Sub); break;
        }
    }

    // The sum's sign differs from both operands', or the difference's from the first while theirs differ.
    private static void SetOverflow(Op op, RegionEmitter region, Kept kept)
    {
        var il = region.IL;
        il.Emit(OpCodes.Ldloc, kept.A);
        il.Emit(OpCodes.Ldloc, kept.B);
        il.Emit(OpCodes.Xor);
        if (op is Op.Add or Op.Adc or Op.Cmn) il.Emit(OpCodes.Not);
        il.Emit(OpCodes.Ldloc, kept.A);
        il.Emit(OpCodes.Ldloc, kept.Result);
        il.Emit(OpCodes.Xor);
        il.Emit(OpCodes.And);
        region.Set(Overflow);
    }

    private static void SetCarry(Op op, RegionEmitter region, Kept kept)
    {
        var il = region.IL;
        switch (op)
        {
            case Op.Add or Op.Cmn:
                il.Emit(OpCodes.Ldloc, kept.Result);
                il.Emit(OpCodes.Ldloc, kept.A);
                il.Emit(OpCodes.Clt_Un);
                break;
            case Op.Adc or Op.Sbc:
                il.Emit(OpCodes.Ldloc, kept.A);
                il.Emit(OpCodes.Conv_U8);
                il.Emit(OpCodes.Ldloc, kept.B);
                if (op == Op.Sbc) il.Emit(OpCodes.Not);
                il.Emit(OpCodes.Conv_U8);
                il.Emit(OpCodes.Add);
                region.Get(Carry);
                il.Emit(OpCodes.Conv_U8);
                il.Emit(OpCodes.Add);
                il.Emit(OpCodes.Ldc_I4, 32);
                il.Emit(OpCodes.Shr_Un);
                il.Emit(OpCodes.Conv_I4);
                break;
            default:
                il.Emit(OpCodes.Ldloc, kept.A);
                il.Emit(OpCodes.Ldloc, kept.B);
                il.Emit(OpCodes.Clt_Un);
                il.Emit(OpCodes.Ldc_I4_1);
                il.Emit(OpCodes.Xor);
                break;
        }
        region.Set(Carry);
    }

    // MOV, ADD and SUB into the stack pointer. Arm B1.4.7.
    private void EmitToSp(in Instruction i, RegionEmitter region)
    {
        var inner = i with { Handler = i.Inner };
        if (inner.Op == Op.Mov) PushOperand(inner, region);
        else
        {
            PushTerms(inner, region);
            Combine(inner.Op, region);
        }
        region.IL.Emit(OpCodes.Ldc_I4, ~3);
        region.IL.Emit(OpCodes.And);
        region.Set(13);
    }

    private static void PushOperand(in Instruction i, RegionEmitter region)
    {
        switch (i.Kind)
        {
            case HandlerIndex.Immediate: region.IL.Emit(OpCodes.Ldc_I4, (int)i.Immediate); break;
            case HandlerIndex.Register: Push(i.Rm, region); break;
            default: PushShifted(i, region); break;
        }
    }

    private static void PushShifted(in Instruction i, RegionEmitter region)
    {
        var il = region.IL;
        if (i.ShiftKind == ShiftKind.Lsr && i.Shift == 32)
        {
            il.Emit(OpCodes.Ldc_I4_0);
            return;
        }
        if (i.ShiftKind == ShiftKind.Rrx)
        {
            region.Get(Carry);
            il.Emit(OpCodes.Ldc_I4, 31);
            il.Emit(OpCodes.Shl);
        }
        Push(i.Rm, region);
        switch (i.ShiftKind)
        {
            case ShiftKind.Lsl: ShiftBy(OpCodes.Shl, i.Shift, il); break;
            case ShiftKind.Lsr: ShiftBy(OpCodes.Shr_Un, i.Shift, il); break;
            case ShiftKind.Asr: ShiftBy(OpCodes.Shr, Math.Min((int)i.Shift, 31), il); break;
            case ShiftKind.Ror: Rotate(i.Rm, i.Shift, region); break;
            default: ShiftBy(OpCodes.Shr_Un, 1, il); il.Emit(OpCodes.Or); break;
        }
    }

    private static void ShiftBy(OpCode shift, int amount, ILGenerator il)
    {
        if (amount == 0) return;
        il.Emit(OpCodes.Ldc_I4, amount);
        il.Emit(shift);
    }

    // The register is on the stack; as the JIT knows a rotation.
    private static void Rotate(byte register, int amount, RegionEmitter region)
    {
        if (amount == 0) return;
        ShiftBy(OpCodes.Shr_Un, amount, region.IL);
        Push(register, region);
        ShiftBy(OpCodes.Shl, 32 - amount, region.IL);
        region.IL.Emit(OpCodes.Or);
    }

    private static void PushCarryOut(in Instruction i, RegionEmitter region)
    {
        var il = region.IL;
        if (i.Kind == HandlerIndex.Immediate)
        {
            il.Emit(OpCodes.Ldc_I4, i.Shift - 1);
            return;
        }
        Push(i.Rm, region);
        ShiftBy(OpCodes.Shr_Un, i.ShiftKind == ShiftKind.Lsl ? 32 - i.Shift : i.Shift - 1, il);
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.And);
    }

    private void EmitShift(in Instruction i, RegionEmitter region, BlockFlags flags)
    {
        var il = region.IL;
        var kept = KeptOf(region);
        if (i.SetsFlags && (flags.Needed & Flags.C) != 0)
        {
            Push(i.Rn, region);
            il.Emit(OpCodes.Ldc_I4, i.Op - Op.LslRegister);
            Push(i.Rm, region);
            region.Get(Carry);
            il.Emit(OpCodes.Call, TranslationHelpers.Shift);
            // The result is the low half, the carry the upper.
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Ldc_I4, 32);
            il.Emit(OpCodes.Shr_Un);
            il.Emit(OpCodes.Conv_I4);
            region.Set(Carry);
            il.Emit(OpCodes.Conv_I4);
            FinishResult(i, region, flags, kept);
            return;
        }
        if (i.Op == Op.RorRegister)
        {
            Push(i.Rn, region);
            Push(i.Rm, region);
            il.Emit(OpCodes.Call, TranslationHelpers.Rotate);
            FinishResult(i, region, flags, kept);
            return;
        }
        var (large, done) = (il.DefineLabel(), il.DefineLabel());
        Push(i.Rm, region);
        il.Emit(OpCodes.Conv_U1);
        il.Emit(OpCodes.Stloc, kept.Any);
        il.Emit(OpCodes.Ldloc, kept.Any);
        il.Emit(OpCodes.Ldc_I4, 31);
        il.Emit(OpCodes.Bgt_Un, large);
        Push(i.Rn, region);
        il.Emit(OpCodes.Ldloc, kept.Any);
        il.Emit(i.Op switch { Op.LslRegister => OpCodes.Shl, Op.LsrRegister => OpCodes.Shr_Un, _ => OpCodes.Shr });
        il.Emit(OpCodes.Stloc, kept.Any);
        il.Emit(OpCodes.Br, done);
        il.MarkLabel(large);
        if (i.Op == Op.AsrRegister)
        {
            Push(i.Rn, region);
            ShiftBy(OpCodes.Shr, 31, il);
        }
        else
        {
            il.Emit(OpCodes.Ldc_I4_0);
        }
        il.Emit(OpCodes.Stloc, kept.Any);
        il.MarkLabel(done);
        il.Emit(OpCodes.Ldloc, kept.Any);
        FinishResult(i, region, flags, kept);
    }

    private void EmitMultiply(in Instruction i, RegionEmitter region, BlockFlags flags)
    {
        Push(i.Rn, region);
        Push(i.Rm, region);
        region.IL.Emit(OpCodes.Mul);
        FinishResult(i, region, flags, KeptOf(region));
    }

    // Pushes two operands and gives the branch that is taken when the condition holds.
    private OpCode PushCondition(uint condition, RegionEmitter region, BlockFlags flags)
    {
        var il = region.IL;
        if (flags.ComparesOperands) return PushComparison(condition, region, flags.KeptOp);
        switch (condition)
        {
            case 0 or 1: region.Get(NotZero); break;
            case 2 or 3: region.Get(Carry); break;
            case 4 or 5: region.Get(Negative); break;
            case 6 or 7: region.Get(Overflow); break;
            case 8 or 9:
                il.Emit(OpCodes.Ldc_I4_0);
                region.Get(Carry);
                il.Emit(OpCodes.Sub);
                region.Get(NotZero);
                il.Emit(OpCodes.And);
                break;
            case 10 or 11: PushLess(region); break;
            case 12 or 13:
                PushLess(region);
                il.Emit(OpCodes.Ldc_I4_0);
                il.Emit(OpCodes.Clt);
                region.Get(NotZero);
                il.Emit(OpCodes.Ldc_I4_0);
                il.Emit(OpCodes.Ceq);
                il.Emit(OpCodes.Or);
                break;
            default:
                // Always, or its opposite, which nobody means.
                il.Emit(OpCodes.Ldc_I4_0);
                il.Emit(OpCodes.Ldc_I4_0);
                return condition == 14 ? OpCodes.Beq : OpCodes.Bne_Un;
        }
        il.Emit(OpCodes.Ldc_I4_0);
        return condition switch
        {
            0 => OpCodes.Beq,
            1 => OpCodes.Bne_Un,
            2 => OpCodes.Bne_Un,
            3 => OpCodes.Beq,
            4 or 6 or 11 => OpCodes.Blt,
            5 or 7 or 10 => OpCodes.Bge,
            8 => OpCodes.Bne_Un,
            9 => OpCodes.Beq,
            12 => OpCodes.Beq,
            _ => OpCodes.Bne_Un,
        };
    }

    private static void PushLess(RegionEmitter region)
    {
        region.Get(Negative);
        region.Get(Overflow);
        region.IL.Emit(OpCodes.Xor);
    }

    private OpCode PushComparison(uint condition, RegionEmitter region, Op setter)
    {
        var il = region.IL;
        var kept = KeptOf(region);
        if (!IsDifference(setter))
        {
            il.Emit(OpCodes.Ldloc, kept.Result);
            il.Emit(OpCodes.Ldc_I4_0);
        }
        else
        {
            il.Emit(OpCodes.Ldloc, kept.A);
            il.Emit(OpCodes.Ldloc, kept.B);
            if (condition is 4 or 5)
            {
                il.Emit(OpCodes.Sub);
                il.Emit(OpCodes.Ldc_I4_0);
            }
        }
        return condition switch
        {
            0 => OpCodes.Beq,
            1 => OpCodes.Bne_Un,
            2 => OpCodes.Bge_Un,
            3 => OpCodes.Blt_Un,
            4 => OpCodes.Blt,
            5 => OpCodes.Bge,
            8 => OpCodes.Bgt_Un,
            9 => OpCodes.Ble_Un,
            10 => OpCodes.Bge,
            11 => OpCodes.Blt,
            12 => OpCodes.Bgt,
            _ => OpCodes.Ble,
        };
    }
}
