// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;

namespace EdgeHypervisor.Cores.CortexM;

/// <content>Computations, long multiplications and floating point.</content>
internal sealed unsafe partial class CortexMEmitter
{
    private void EmitComputation(in Instruction i, RegionEmitter region)
    {
        var il = region.IL;
        switch (i.Op)
        {
            case Op.Movt:
                Push(i.Rn, region);
                il.Emit(OpCodes.Ldc_I4, 0xFFFF);
                il.Emit(OpCodes.And);
                il.Emit(OpCodes.Ldc_I4, (int)(i.Immediate << 16));
                il.Emit(OpCodes.Or);
                break;
            case Op.Mla or Op.Mls:
                Push(i.Ra, region);
                Push(i.Rn, region);
                Push(i.Rm, region);
                il.Emit(OpCodes.Mul);
                il.Emit(i.Op == Op.Mla ? OpCodes.Add : OpCodes.Sub);
                break;
            case Op.Sdiv or Op.Udiv: EmitDivide(i, region); return;
            case Op.Sxtb or Op.Sxtab: Extend(OpCodes.Conv_I1, i, region); break;
            case Op.Sxth or Op.Sxtah: Extend(OpCodes.Conv_I2, i, region); break;
            case Op.Uxtb or Op.Uxtab: Extend(OpCodes.Conv_U1, i, region); break;
            case Op.Uxth or Op.Uxtah: Extend(OpCodes.Conv_U2, i, region); break;
            case Op.Ubfx or Op.Sbfx:
                Push(i.Rn, region);
                ShiftBy(OpCodes.Shl, 32 - i.Shift - (int)i.Immediate, il);
                ShiftBy(i.Op == Op.Ubfx ? OpCodes.Shr_Un : OpCodes.Shr, 32 - (int)i.Immediate, il);
                break;
            case Op.Bfi or Op.Bfc: Insert(i, region); break;
            case Op.Clz: Push(i.Rm, region); il.Emit(OpCodes.Call, HostOperation.LeadingZeros(isWide: false)); break;
            case Op.Rev: Push(i.Rm, region); il.Emit(OpCodes.Call, HostOperation.ReverseBytes(isWide: false)); break;
            default:
                region.StateField(0);
                PushPacked(i, region);
                Push(i.Rn, region);
                Push(i.Rm, region);
                Push(i.Ra, region);
                il.Emit(OpCodes.Call, TranslationHelpers.Compute);
                break;
        }
        Set(i.Rd, region);
    }

    private static void PushPacked(in Instruction i, RegionEmitter region)
    {
        var (low, high) = TranslationHelpers.Pack(i);
        region.Constant(low);
        region.Constant(high);
    }

    private static void Extend(OpCode conversion, in Instruction i, RegionEmitter region)
    {
        if (i.Rn != Instruction.Zero) Push(i.Rn, region);
        Push(i.Rm, region);
        Rotate(i.Rm, i.Shift, region);
        region.IL.Emit(conversion);
        if (i.Rn != Instruction.Zero) region.IL.Emit(OpCodes.Add);
    }

    private static void Insert(in Instruction i, RegionEmitter region)
    {
        var il = region.IL;
        var mask = (int)(uint.MaxValue >> (32 - (int)i.Immediate) << i.Shift);
        Push(i.Rm, region);
        il.Emit(OpCodes.Ldc_I4, ~mask);
        il.Emit(OpCodes.And);
        if (i.Op == Op.Bfc) return;
        Push(i.Rn, region);
        ShiftBy(OpCodes.Shl, i.Shift, il);
        il.Emit(OpCodes.Ldc_I4, mask);
        il.Emit(OpCodes.And);
        il.Emit(OpCodes.Or);
    }

    // By zero the interpreter decides whether it traps; by -1 the host would.
    private void EmitDivide(in Instruction i, RegionEmitter region)
    {
        var il = region.IL;
        var any = KeptOf(region).Any;
        Push(i.Rm, region);
        il.Emit(OpCodes.Ldc_I4_0);
        il.Emit(OpCodes.Beq, region.InterpretLabel());
        if (i.Op == Op.Udiv)
        {
            Push(i.Rn, region);
            Push(i.Rm, region);
            il.Emit(OpCodes.Div_Un);
            Set(i.Rd, region);
            return;
        }
        var (negates, done) = (il.DefineLabel(), il.DefineLabel());
        Push(i.Rm, region);
        il.Emit(OpCodes.Ldc_I4_M1);
        il.Emit(OpCodes.Beq, negates);
        Push(i.Rn, region);
        Push(i.Rm, region);
        il.Emit(OpCodes.Div);
        il.Emit(OpCodes.Stloc, any);
        il.Emit(OpCodes.Br, done);
        il.MarkLabel(negates);
        Push(i.Rn, region);
        il.Emit(OpCodes.Neg);
        il.Emit(OpCodes.Stloc, any);
        il.MarkLabel(done);
        il.Emit(OpCodes.Ldloc, any);
        Set(i.Rd, region);
    }

    private static void EmitLong(in Instruction i, RegionEmitter region)
    {
        var il = region.IL;
        switch (i.Op)
        {
            case Op.Smull or Op.Umull or Op.Smlal or Op.Umlal:
                var conversion = i.Op is Op.Smull or Op.Smlal ? OpCodes.Conv_I8 : OpCodes.Conv_U8;
                Push(i.Rn, region);
                il.Emit(conversion);
                Push(i.Rm, region);
                il.Emit(conversion);
                il.Emit(OpCodes.Mul);
                if (i.Op is Op.Smull or Op.Umull) break;
                Push(i.Ra, region);
                il.Emit(OpCodes.Conv_U8);
                ShiftBy(OpCodes.Shl, 32, il);
                Push(i.Rd, region);
                il.Emit(OpCodes.Conv_U8);
                il.Emit(OpCodes.Or);
                il.Emit(OpCodes.Add);
                break;
            default:
                PushPacked(i, region);
                Push(i.Rn, region);
                Push(i.Rm, region);
                Push(i.Rd, region);
                Push(i.Ra, region);
                il.Emit(OpCodes.Call, TranslationHelpers.ComputeLong);
                break;
        }
        il.Emit(OpCodes.Dup);
        il.Emit(OpCodes.Conv_I4);
        Set(i.Rd, region);
        ShiftBy(OpCodes.Shr_Un, 32, il);
        il.Emit(OpCodes.Conv_I4);
        Set(i.Ra, region);
    }

    private void EmitFloat(in Instruction i, RegionEmitter region)
    {
        var il = region.IL;
        region.StateField(FloatReadyOffset);
        il.Emit(OpCodes.Ldind_I4);
        il.Emit(OpCodes.Brfalse, region.InterpretLabel());
        switch (i.Op)
        {
            case >= Op.Vldr and <= Op.Vstm: EmitFloatTransfer(i, region); break;
            case Op.VmovCoreToSingle: StoreSingle(i.Rd, i.Rn, region); break;
            case Op.VmovSingleToCore: PushSingle(i.Rn, region); Set(i.Rd, region); break;
            case Op.VmovCoreToTwoSingles:
                StoreSingle(i.Rd, i.Rn, region);
                StoreSingle((byte)(i.Rd + 1), i.Ra, region);
                break;
            case Op.VmovTwoSinglesToCore:
                PushSingle(i.Rn, region);
                Set(i.Rd, region);
                PushSingle((byte)(i.Rn + 1), region);
                Set(i.Ra, region);
                break;
            case Op.Vmsr:
                region.StateField(FpscrOffset);
                Push(i.Rn, region);
                il.Emit(OpCodes.Ldc_I4, unchecked((int)FloatMath.FpscrMask));
                il.Emit(OpCodes.And);
                il.Emit(OpCodes.Stind_I4);
                break;
            case Op.Vmrs: EmitReadStatus(i, region); break;
            default:
                region.StateField(0);
                PushPacked(i, region);
                il.Emit(OpCodes.Call, i.Op is Op.Vadd or Op.Vsub or Op.Vmul or Op.Vdiv ? TranslationHelpers.FloatArithmetic : TranslationHelpers.Float);
                break;
        }
    }

    private void EmitReadStatus(in Instruction i, RegionEmitter region)
    {
        var il = region.IL;
        region.StateField(FpscrOffset);
        il.Emit(OpCodes.Ldind_I4);
        if (i.Rd != 15)
        {
            Set(i.Rd, region);
            return;
        }
        var any = KeptOf(region).Any;
        il.Emit(OpCodes.Stloc, any);
        il.Emit(OpCodes.Ldloc, any);
        region.Set(Negative);
        il.Emit(OpCodes.Ldloc, any);
        il.Emit(OpCodes.Not);
        il.Emit(OpCodes.Ldc_I4, 1 << 30);
        il.Emit(OpCodes.And);
        region.Set(NotZero);
        il.Emit(OpCodes.Ldloc, any);
        ShiftBy(OpCodes.Shr_Un, 29, il);
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.And);
        region.Set(Carry);
        il.Emit(OpCodes.Ldloc, any);
        ShiftBy(OpCodes.Shl, 3, il);
        region.Set(Overflow);
    }

    private static void PushSingle(byte single, RegionEmitter region)
    {
        region.StateField(SinglesOffset + single * sizeof(uint));
        region.IL.Emit(OpCodes.Ldind_I4);
    }

    private static void StoreSingle(byte single, byte register, RegionEmitter region)
    {
        region.StateField(SinglesOffset + single * sizeof(uint));
        Push(register, region);
        region.IL.Emit(OpCodes.Stind_I4);
    }
}
