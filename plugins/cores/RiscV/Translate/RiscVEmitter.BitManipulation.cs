// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>Zba, Zbb, Zbs and Zicond: what has a short form in IL, or one of the JIT's own.</summary>
internal sealed partial class RiscVEmitter
{
    private static bool IsBinaryBitManipulation(Op op) => op switch
    {
        >= Op.Sh1add and <= Op.Sh3addUw => true,
        >= Op.Andn and <= Op.Xnor => true,
        >= Op.Max and <= Op.Minu => true,
        Op.Rol or Op.Ror or Op.Rolw or Op.Rorw => true,
        Op.Bclr or Op.Bext or Op.Binv or Op.Bset => true,
        Op.CzeroEqz or Op.CzeroNez => true,
        _ => false,
    };

    private void EmitBitManipulation(in Instruction i, RegionEmitter region)
    {
        switch (i.Op)
        {
            case >= Op.Sh1add and <= Op.SlliUw: EmitAddressGeneration(i, region); break;
            case Op.Andn or Op.Orn or Op.Xnor: EmitInverted(i, region); break;
            case >= Op.Max and <= Op.Minu: EmitExtremum(i, region); break;
            case Op.SextB: Push(i.Rs1, region); region.IL.Emit(OpCodes.Conv_I1); if (_is64) region.IL.Emit(OpCodes.Conv_I8); break;
            case Op.SextH: Push(i.Rs1, region); region.IL.Emit(OpCodes.Conv_I2); if (_is64) region.IL.Emit(OpCodes.Conv_I8); break;
            case Op.ZextH: Push(i.Rs1, region); region.IL.Emit(OpCodes.Conv_U2); if (_is64) region.IL.Emit(OpCodes.Conv_U8); break;
            case Op.Rol or Op.Ror or Op.Rori or Op.Rolw or Op.Rorw or Op.Roriw: EmitRotate(i, region); break;
            case >= Op.Bclr and <= Op.Bseti: EmitSingleBit(i, region); break;
            case Op.Clz or Op.Ctz or Op.Cpop or Op.Clzw or Op.Ctzw or Op.Cpopw: EmitCount(i, region); break;
            case Op.Rev8:
                Push(i.Rs1, region);
                region.IL.Emit(OpCodes.Call, HostOperation.ReverseBytes(_is64));
                break;
            case Op.OrcB: EmitOrCombine(i, region); break;
            default: EmitConditionalZero(i, region); break;
        }
    }

    private void EmitAddressGeneration(in Instruction i, RegionEmitter region)
    {
        var shift = i.Op switch
        {
            Op.Sh1add or Op.Sh1addUw => 1,
            Op.Sh2add or Op.Sh2addUw => 2,
            Op.Sh3add or Op.Sh3addUw => 3,
            Op.SlliUw => i.Immediate,
            _ => 0,
        };
        Push(i.Rs1, region);
        if (i.Op >= Op.AddUw)
        {
            region.IL.Emit(OpCodes.Conv_U4);
            region.IL.Emit(OpCodes.Conv_U8);
        }
        if (shift != 0)
        {
            region.IL.Emit(OpCodes.Ldc_I4, shift);
            region.IL.Emit(OpCodes.Shl);
        }
        if (i.Op == Op.SlliUw) return;
        Push(i.Rs2, region);
        region.IL.Emit(OpCodes.Add);
    }

    private void EmitInverted(in Instruction i, RegionEmitter region)
    {
        Push(i.Rs1, region);
        Push(i.Rs2, region);
        if (i.Op == Op.Xnor) region.IL.Emit(OpCodes.Xor);
        region.IL.Emit(OpCodes.Not);
        if (i.Op == Op.Andn) region.IL.Emit(OpCodes.And);
        if (i.Op == Op.Orn) region.IL.Emit(OpCodes.Or);
    }

    private void EmitExtremum(in Instruction i, RegionEmitter region)
    {
        var il = region.IL;
        var (first, end) = (il.DefineLabel(), il.DefineLabel());
        Push(i.Rs1, region);
        Push(i.Rs2, region);
        il.Emit(i.Op switch { Op.Max => OpCodes.Bgt, Op.Maxu => OpCodes.Bgt_Un, Op.Min => OpCodes.Blt, _ => OpCodes.Blt_Un }, first);
        Push(i.Rs2, region);
        il.Emit(OpCodes.Br, end);
        il.MarkLabel(first);
        Push(i.Rs1, region);
        il.MarkLabel(end);
    }

    private void EmitRotate(in Instruction i, RegionEmitter region)
    {
        var isWord = !_is64 || i.Op is Op.Rolw or Op.Rorw or Op.Roriw;
        if (isWord) PushWord(i.Rs1, region);
        else Push(i.Rs1, region);
        if (i.Op is Op.Rori or Op.Roriw) region.IL.Emit(OpCodes.Ldc_I4, i.Immediate);
        else PushWord(i.Rs2, region);
        if (i.Op is Op.Rol or Op.Rolw) region.IL.Emit(OpCodes.Neg); // the amount is taken modulo the width
        region.IL.Emit(OpCodes.Call, HostOperation.RotateRight(!isWord));
        if (isWord && _is64) region.IL.Emit(OpCodes.Conv_I8);
    }

    private void EmitSingleBit(in Instruction i, RegionEmitter region)
    {
        var il = region.IL;
        var hasImmediate = i.Op is Op.Bclri or Op.Bexti or Op.Binvi or Op.Bseti;
        var isExtract = i.Op is Op.Bext or Op.Bexti;
        Push(i.Rs1, region);
        if (!isExtract) PushImmediate(1, region);
        if (hasImmediate) PushImmediate(i.Immediate, region);
        else Push(i.Rs2, region);
        Shift(isExtract ? OpCodes.Shr_Un : OpCodes.Shl, _is64 ? 63 : 31, region);
        switch (i.Op)
        {
            case Op.Bext or Op.Bexti: PushImmediate(1, region); il.Emit(OpCodes.And); break;
            case Op.Bclr or Op.Bclri: il.Emit(OpCodes.Not); il.Emit(OpCodes.And); break;
            case Op.Binv or Op.Binvi: il.Emit(OpCodes.Xor); break;
            default: il.Emit(OpCodes.Or); break;
        }
    }

    private void EmitCount(in Instruction i, RegionEmitter region)
    {
        var isWord = !_is64 || i.Op is Op.Clzw or Op.Ctzw or Op.Cpopw;
        if (isWord) PushWord(i.Rs1, region);
        else Push(i.Rs1, region);
        region.IL.Emit(OpCodes.Call, i.Op switch
        {
            Op.Clz or Op.Clzw => HostOperation.LeadingZeros(!isWord),
            Op.Ctz or Op.Ctzw => HostOperation.TrailingZeros(!isWord),
            _ => HostOperation.CountOnes(!isWord),
        });
        Widen(region);
    }

    // The top bit of each byte that is not zero, without carries from byte to byte; then all bits of those bytes.
    private void EmitOrCombine(in Instruction i, RegionEmitter region)
    {
        const long lower = 0x7F7F_7F7F_7F7F_7F7F;
        var il = region.IL;
        Push(i.Rs1, region);
        PushMask(lower);
        il.Emit(OpCodes.And);
        PushMask(lower);
        il.Emit(OpCodes.Add);
        Push(i.Rs1, region);
        il.Emit(OpCodes.Or);
        PushMask(~lower);
        il.Emit(OpCodes.And);
        il.Emit(OpCodes.Ldc_I4, 7);
        il.Emit(OpCodes.Shr_Un);
        PushMask(0xFF);
        il.Emit(OpCodes.Mul);

        void PushMask(long mask)
        {
            if (_is64) il.Emit(OpCodes.Ldc_I8, mask);
            else il.Emit(OpCodes.Ldc_I4, (int)mask);
        }
    }

    private void EmitConditionalZero(in Instruction i, RegionEmitter region)
    {
        // rs1, under a mask of all ones or zeros.
        Push(i.Rs1, region);
        Push(i.Rs2, region);
        PushImmediate(0, region);
        region.IL.Emit(i.Op == Op.CzeroEqz ? OpCodes.Cgt_Un : OpCodes.Ceq);
        Widen(region);
        region.IL.Emit(OpCodes.Neg);
        region.IL.Emit(OpCodes.And);
    }
}
