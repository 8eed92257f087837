// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>
/// F and D where the host gives the same bits and flags: moves, and arithmetic as <see cref="FloatArithmetic"/> allows
/// it. Whatever is not plain (NaNs, subnormal results, other rounding, a flag to set) the interpreter does.
/// </summary>
internal sealed partial class RiscVEmitter
{
    /// <summary>frm is nearest-even and the inexact flag stands.</summary>
    private const int HostRoundingMask = 0xE0 | (int)FloatFlags.Inexact;

    private static bool IsFloatTranslated(in Instruction i) => i.Op switch
    {
        Op.Flw or Op.Fsw or Op.Fld or Op.Fsd => i.Rs1 != 0,
        (>= Op.FmaddS and <= Op.FsqrtS) or (>= Op.FmaddD and <= Op.FsqrtD) or Op.FcvtSD or Op.FcvtDL or Op.FcvtSW => IsNearest(i),
        Op.FcvtWS or Op.FcvtLS or Op.FcvtWuS or Op.FcvtWD or Op.FcvtLD or Op.FcvtWuD => i.RoundingMode == (byte)RoundingMode.TowardZero,
        Op.FcvtDS or Op.FcvtDW or Op.FcvtDWu => IsNearest(i),
        Op.FclassS or Op.FclassD or Op.FcvtLuS or Op.FcvtLuD or Op.FcvtDLu or Op.FcvtSL or Op.FcvtSLu or Op.FcvtSWu => false,
        _ => true,
    };

    private static bool IsNearest(in Instruction i) => (RoundingMode)i.RoundingMode is RoundingMode.NearestEven or RoundingMode.Dynamic;

    private static bool IsFloatMemory(Op op) => op is Op.Flw or Op.Fsw or Op.Fld or Op.Fsd;

    private static bool IsFused(Op op) => op is (>= Op.FmaddS and <= Op.FnmaddS) or (>= Op.FmaddD and <= Op.FnmaddD);

    private static bool IsFromInteger(Op op) => op is (>= Op.FcvtSW and <= Op.FmvWX) or (>= Op.FcvtDW and <= Op.FmvDX);

    private static bool IsToInteger(Op op) => op is (>= Op.FcvtWS and <= Op.FclassS) or (>= Op.FcvtWD and <= Op.FclassD);

    private static void CollectFloatRegisters(in Instruction i, RegisterSet registers)
    {
        if (IsFloatMemory(i.Op))
        {
            registers.AddRead(i.Rs1);
            if (i.Op is Op.Fsw or Op.Fsd) registers.AddRead(FirstFloat + i.Rd);
            else registers.AddWritten(FirstFloat + i.Rd);
            return;
        }
        if (IsFromInteger(i.Op))
        {
            if (i.Rs1 != 0) registers.AddRead(i.Rs1);
        }
        else
        {
            registers.AddRead(FirstFloat + i.Rs1);
            registers.AddRead(FirstFloat + (i.Rs2 & 31));
            if (IsFused(i.Op)) registers.AddRead(FirstFloat + i.Rs3);
        }
        if (!IsToInteger(i.Op)) registers.AddWritten(FirstFloat + i.Rd);
        else if (i.Rd != Instruction.Discard) registers.AddWritten(i.Rd);
    }

    private void EmitFloat(in Instruction i, RegionEmitter region)
    {
        RequireFloatReady(region);
        switch (i.Op)
        {
            case Op.Fld:
                region.LoadFloat64At(i.Rs1, i.Immediate);
                SetDouble(i.Rd, region);
                break;
            case Op.Flw:
                region.LoadAt(i.Rs1, i.Immediate, AccessWidth.Word, signed: false, wide: false);
                SetBoxed(i.Rd, region);
                break;
            case Op.Fsd:
                var stored = i.Rd;
                region.StoreFloat64At(i.Rs1, i.Immediate, () => PushDouble(stored, region));
                break;
            case Op.Fsw:
                var storedWord = i.Rd;
                region.StoreAt(i.Rs1, i.Immediate, AccessWidth.Word, () => PushLowBits(storedWord, region));
                break;
            case >= Op.FmaddS and <= Op.FsqrtS: EmitArithmetic(i, Op.FmaddS, isDouble: false, region); break;
            case >= Op.FmaddD and <= Op.FsqrtD: EmitArithmetic(i, Op.FmaddD, isDouble: true, region); break;
            case >= Op.FsgnjS and <= Op.FsgnjxS: EmitSigns(i, i.Op - Op.FsgnjS, isDouble: false, region); break;
            case >= Op.FsgnjD and <= Op.FsgnjxD: EmitSigns(i, i.Op - Op.FsgnjD, isDouble: true, region); break;
            case Op.FminS or Op.FmaxS: EmitChoice(i, i.Op == Op.FminS, isDouble: false, region); break;
            case Op.FminD or Op.FmaxD: EmitChoice(i, i.Op == Op.FminD, isDouble: true, region); break;
            case >= Op.FeqS and <= Op.FleS: EmitComparison(i, i.Op - Op.FeqS, isDouble: false, region); break;
            case >= Op.FeqD and <= Op.FleD: EmitComparison(i, i.Op - Op.FeqD, isDouble: true, region); break;
            default: EmitFloatConversion(i, region); break;
        }
    }

    // Without it the first use has to make mstatus.FS dirty, or to trap.
    private static void RequireFloatReady(RegionEmitter region)
    {
        var notes = Notes(region);
        if (notes.IsFloatReady) return;
        notes.IsFloatReady = true;
        region.StateField(Hart.FloatReadyOffset);
        region.IL.Emit(OpCodes.Ldind_I4);
        region.IL.Emit(OpCodes.Brfalse, region.InterpretLabel());
    }

    private static void RequireHostRounding(RegionEmitter region)
    {
        var notes = Notes(region);
        if (notes.DoesHostRound) return;
        notes.DoesHostRound = true;
        region.StateField(Hart.FcsrOffset);
        region.IL.Emit(OpCodes.Ldind_I4);
        region.IL.Emit(OpCodes.Ldc_I4, HostRoundingMask);
        region.IL.Emit(OpCodes.And);
        region.IL.Emit(OpCodes.Ldc_I4, (int)FloatFlags.Inexact);
        region.IL.Emit(OpCodes.Bne_Un, region.InterpretLabel());
    }

    // What: madd, msub, nmsub, nmadd, add, sub, mul, div, sqrt, as both groups are ordered.
    private void EmitArithmetic(in Instruction i, Op first, bool isDouble, RegionEmitter region)
    {
        RequireHostRounding(region);
        var (what, il) = (i.Op - first, region.IL);
        var (a, b) = (Operand(i.Rs1, isDouble, region), what == 8 ? null : Operand(i.Rs2, isDouble, region));
        var c = what < 4 ? Operand(i.Rs3, isDouble, region) : null;
        var result = il.DeclareLocal(isDouble ? typeof(double) : typeof(float));
        var accepted = il.DefineLabel();

        il.Emit(OpCodes.Ldloc, a);
        if (what is 2 or 3) il.Emit(OpCodes.Neg);
        if (b is not null) il.Emit(OpCodes.Ldloc, b);
        if (c is not null) il.Emit(OpCodes.Ldloc, c);
        if (what is 1 or 3) il.Emit(OpCodes.Neg);
        switch (what)
        {
            case < 4: il.Emit(OpCodes.Call, isDouble ? FloatMethods.Fused64 : FloatMethods.Fused32); break;
            case 8: il.Emit(OpCodes.Call, isDouble ? FloatMethods.Root64 : FloatMethods.Root32); break;
            default: il.Emit(what switch { 4 => OpCodes.Add, 5 => OpCodes.Sub, 6 => OpCodes.Mul, _ => OpCodes.Div }); break;
        }
        il.Emit(OpCodes.Stloc, result);

        var interpret = region.InterpretLabel();
        PushExponent(result, isDouble, region);
        var maximum = isDouble ? 0x7FF : 0xFF;
        if (what is 4 or 5)
        {
            il.Emit(OpCodes.Ldc_I4, maximum);
            il.Emit(OpCodes.Beq, interpret); // finite sums had finite operands, and are exact where they are subnormal
        }
        else
        {
            // Safely normal, or the zero that comes of a zero.
            il.Emit(OpCodes.Ldc_I4_2);
            il.Emit(OpCodes.Sub);
            il.Emit(OpCodes.Ldc_I4, maximum - 2);
            il.Emit(OpCodes.Bge_Un, what < 4 ? interpret : ZeroStub(result, a, what == 6 ? b : null, accepted, interpret, region));
        }
        il.MarkLabel(accepted);
        il.Emit(OpCodes.Ldloc, result);
        SetValue(i.Rd, isDouble, region);
    }

    private static Label ZeroStub(LocalBuilder result, LocalBuilder a, LocalBuilder? b, Label accepted, Label interpret, RegionEmitter region) => region.AtColdEnd(() =>
    {
        BranchIfZero(result, isZero: false, interpret, region);
        BranchIfZero(a, isZero: true, accepted, region);
        if (b is not null) BranchIfZero(b, isZero: true, accepted, region);
        region.IL.Emit(OpCodes.Br, interpret);
    });

    private static void BranchIfZero(LocalBuilder value, bool isZero, Label target, RegionEmitter region)
    {
        region.IL.Emit(OpCodes.Ldloc, value);
        if (value.LocalType == typeof(double)) region.IL.Emit(OpCodes.Ldc_R8, 0.0);
        else region.IL.Emit(OpCodes.Ldc_R4, 0f);
        region.IL.Emit(isZero ? OpCodes.Beq : OpCodes.Bne_Un, target);
    }

    private static void PushExponent(LocalBuilder value, bool isDouble, RegionEmitter region)
    {
        region.IL.Emit(OpCodes.Ldloc, value);
        region.IL.Emit(OpCodes.Call, isDouble ? FloatMethods.BitsOfDouble : FloatMethods.BitsOfSingle);
        region.IL.Emit(OpCodes.Ldc_I4, isDouble ? Float64.FractionBits : Float32.FractionBits);
        region.IL.Emit(OpCodes.Shr_Un);
        if (isDouble) region.IL.Emit(OpCodes.Conv_I4);
        region.IL.Emit(OpCodes.Ldc_I4, isDouble ? 0x7FF : 0xFF);
        region.IL.Emit(OpCodes.And);
    }

    // What: copy, copy negated, multiply the signs.
    private static void EmitSigns(in Instruction i, int what, bool isDouble, RegionEmitter region)
    {
        if (!isDouble)
        {
            RequireBoxed(i.Rs1, region);
            RequireBoxed(i.Rs2, region);
        }
        if (i.Rs1 == i.Rs2 && what == 0)
        {
            PushDouble(i.Rs1, region);
        }
        else
        {
            // The sign of binary32 is bit 31 of the register; the boxing above it stays.
            var sign = isDouble ? long.MinValue : 1L << 31;
            PushBits(i.Rs1, region);
            if (what != 2) And(~sign, region);
            PushBits(i.Rs2, region);
            if (what == 1) region.IL.Emit(OpCodes.Not);
            And(sign, region);
            region.IL.Emit(what == 2 ? OpCodes.Xor : OpCodes.Or);
            region.IL.Emit(OpCodes.Call, FloatMethods.DoubleOfBits);
        }
        if (isDouble) SetDouble(i.Rd, region);
        else SetKnownBoxed(i.Rd, region);
    }

    private static void And(long mask, RegionEmitter region)
    {
        region.Constant(mask);
        region.IL.Emit(OpCodes.And);
    }

    // Equal numbers may be zeros of both signs, which the interpreter tells apart, as it does NaNs.
    private static void EmitChoice(in Instruction i, bool smaller, bool isDouble, RegionEmitter region)
    {
        var il = region.IL;
        var (a, b) = (Operand(i.Rs1, isDouble, region), Operand(i.Rs2, isDouble, region));
        var result = il.DeclareLocal(a.LocalType);
        var (first, end) = (il.DefineLabel(), il.DefineLabel());
        il.Emit(OpCodes.Ldloc, a);
        il.Emit(OpCodes.Ldloc, b);
        il.Emit(smaller ? OpCodes.Blt : OpCodes.Bgt, first);
        il.Emit(OpCodes.Ldloc, a);
        il.Emit(OpCodes.Ldloc, b);
        il.Emit(smaller ? OpCodes.Ble_Un : OpCodes.Bge_Un, region.InterpretLabel());
        il.Emit(OpCodes.Ldloc, b);
        il.Emit(OpCodes.Stloc, result);
        il.Emit(OpCodes.Br, end);
        il.MarkLabel(first);
        il.Emit(OpCodes.Ldloc, a);
        il.Emit(OpCodes.Stloc, result);
        il.MarkLabel(end);
        il.Emit(OpCodes.Ldloc, result);
        SetValue(i.Rd, isDouble, region);
    }

    // What: equal, less, less or equal. NaNs set flags, so they are the interpreter's.
    private void EmitComparison(in Instruction i, int what, bool isDouble, RegionEmitter region)
    {
        var il = region.IL;
        var (a, b) = (Operand(i.Rs1, isDouble, region), Operand(i.Rs2, isDouble, region));
        // Ordered numbers are the ones that both kinds of comparison agree on.
        Compare(OpCodes.Cgt);
        Compare(OpCodes.Cgt_Un);
        il.Emit(OpCodes.Bne_Un, region.InterpretLabel());
        switch (what)
        {
            case 0: Compare(OpCodes.Ceq); break;
            case 1: Compare(OpCodes.Clt); break;
            default:
                Compare(OpCodes.Cgt);
                il.Emit(OpCodes.Ldc_I4_0);
                il.Emit(OpCodes.Ceq);
                break;
        }
        SetInteger(i.Rd, isWord: true, region);

        void Compare(OpCode comparison)
        {
            il.Emit(OpCodes.Ldloc, a);
            il.Emit(OpCodes.Ldloc, b);
            il.Emit(comparison);
        }
    }

    // The value of a register in its format, in a local; leaves when a binary32 is not boxed.
    private static LocalBuilder Operand(byte register, bool isDouble, RegionEmitter region)
    {
        var value = region.IL.DeclareLocal(isDouble ? typeof(double) : typeof(float));
        if (isDouble)
        {
            PushDouble(register, region);
        }
        else
        {
            RequireBoxed(register, region);
            PushLowBits(register, region);
            region.IL.Emit(OpCodes.Call, FloatMethods.SingleOfBits);
        }
        region.IL.Emit(OpCodes.Stloc, value);
        return value;
    }

    private static void RequireBoxed(byte register, RegionEmitter region)
    {
        var notes = Notes(region);
        if ((notes.Boxed >> register & 1) != 0) return;
        notes.Boxed |= 1u << register;
        PushBits(register, region);
        region.IL.Emit(OpCodes.Ldc_I4, 32);
        region.IL.Emit(OpCodes.Shr);
        region.IL.Emit(OpCodes.Conv_I4);
        region.IL.Emit(OpCodes.Ldc_I4_M1);
        region.IL.Emit(OpCodes.Bne_Un, region.InterpretLabel());
    }

    private static void PushDouble(byte register, RegionEmitter region) => region.Get(FirstFloat + register);

    private static void PushBits(byte register, RegionEmitter region)
    {
        PushDouble(register, region);
        region.IL.Emit(OpCodes.Call, FloatMethods.BitsOfDouble);
    }

    private static void PushLowBits(byte register, RegionEmitter region)
    {
        PushBits(register, region);
        region.IL.Emit(OpCodes.Conv_I4);
    }

    // Pops a value in its format.
    private static void SetValue(byte register, bool isDouble, RegionEmitter region)
    {
        if (isDouble)
        {
            SetDouble(register, region);
            return;
        }
        region.IL.Emit(OpCodes.Call, FloatMethods.BitsOfSingle);
        SetBoxed(register, region);
    }

    private static void SetDouble(byte register, RegionEmitter region)
    {
        region.Set(FirstFloat + register);
        Notes(region).Boxed &= ~(1u << register);
    }

    // Pops the bits of a binary32 as int32.
    private static void SetBoxed(byte register, RegionEmitter region)
    {
        region.IL.Emit(OpCodes.Conv_U8);
        region.Constant(unchecked((long)0xFFFF_FFFF_0000_0000));
        region.IL.Emit(OpCodes.Or);
        region.IL.Emit(OpCodes.Call, FloatMethods.DoubleOfBits);
        SetKnownBoxed(register, region);
    }

    private static void SetKnownBoxed(byte register, RegionEmitter region)
    {
        region.Set(FirstFloat + register);
        Notes(region).Boxed |= 1u << register;
    }

    // Pops an integer: int32 for a word, which is sign-extended, else int64.
    private static void SetInteger(byte register, bool isWord, RegionEmitter region)
    {
        if (register == Instruction.Discard)
        {
            region.IL.Emit(OpCodes.Pop);
            return;
        }
        if (isWord) region.SetWord(register);
        else region.Set(register);
        Notes(region).Written(register);
    }
}
