// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>Conversions between formats and integers, and moves of bits.</summary>
internal sealed partial class RiscVEmitter
{
    private void EmitFloatConversion(in Instruction i, RegionEmitter region)
    {
        switch (i.Op)
        {
            case Op.FmvXD:
                PushBits(i.Rs1, region);
                SetInteger(i.Rd, isWord: false, region);
                break;
            case Op.FmvXW:
                PushLowBits(i.Rs1, region);
                SetInteger(i.Rd, isWord: true, region);
                break;
            case Op.FmvDX:
                Push(i.Rs1, region);
                region.IL.Emit(OpCodes.Call, FloatMethods.DoubleOfBits);
                SetDouble(i.Rd, region);
                break;
            case Op.FmvWX:
                PushWord(i.Rs1, region);
                SetBoxed(i.Rd, region);
                break;
            case Op.FcvtDW or Op.FcvtDWu or Op.FcvtDL or Op.FcvtSW: EmitFromInteger(i, region); break;
            case Op.FcvtWS or Op.FcvtWuS or Op.FcvtLS: EmitToInteger(i, i.Op - Op.FcvtWS, isDouble: false, region); break;
            case Op.FcvtWD or Op.FcvtWuD or Op.FcvtLD: EmitToInteger(i, i.Op - Op.FcvtWD, isDouble: true, region); break;
            case Op.FcvtDS: EmitWidening(i, region); break;
            default: EmitNarrowing(i, region); break;
        }
    }

    // Words are exact in binary64; the others round.
    private void EmitFromInteger(in Instruction i, RegionEmitter region)
    {
        if (i.Op is Op.FcvtDL or Op.FcvtSW) RequireHostRounding(region);
        else RequireKnownMode(i, region);
        if (i.Op == Op.FcvtDL) Push(i.Rs1, region);
        else PushWord(i.Rs1, region);
        if (i.Op == Op.FcvtDWu) region.IL.Emit(OpCodes.Conv_U8);
        region.IL.Emit(i.Op == Op.FcvtSW ? OpCodes.Conv_R4 : OpCodes.Conv_R8);
        SetValue(i.Rd, isDouble: i.Op != Op.FcvtSW, region);
    }

    // What: to int32, uint32, int64. Toward zero, as C wants it; out of range is the interpreter's.
    private void EmitToInteger(in Instruction i, int what, bool isDouble, RegionEmitter region)
    {
        RequireHostRounding(region); // for its inexact flag
        var il = region.IL;
        var value = Operand(i.Rs1, isDouble, region);
        var interpret = region.InterpretLabel();
        var (low, high) = what switch { 0 => (-2147483649.0, 2147483648.0), 1 => (-1.0, 4294967296.0), _ => (-9223372036854775808.0, 9223372036854775808.0) };
        Push();
        il.Emit(OpCodes.Ldc_R8, low);
        il.Emit(what == 2 ? OpCodes.Blt_Un : OpCodes.Ble_Un, interpret);
        Push();
        il.Emit(OpCodes.Ldc_R8, high);
        il.Emit(OpCodes.Bge_Un, interpret);
        Push();
        il.Emit(what == 0 ? OpCodes.Conv_I4 : OpCodes.Conv_I8);
        if (what == 1) il.Emit(OpCodes.Conv_I4);
        SetInteger(i.Rd, isWord: what != 2, region);

        void Push()
        {
            il.Emit(OpCodes.Ldloc, value);
            if (!isDouble) il.Emit(OpCodes.Conv_R8);
        }
    }

    private static void EmitWidening(in Instruction i, RegionEmitter region)
    {
        RequireKnownMode(i, region);
        var value = Operand(i.Rs1, isDouble: false, region);
        region.IL.Emit(OpCodes.Ldloc, value);
        region.IL.Emit(OpCodes.Ldloc, value);
        region.IL.Emit(OpCodes.Bne_Un, region.InterpretLabel());
        region.IL.Emit(OpCodes.Ldloc, value);
        region.IL.Emit(OpCodes.Conv_R8);
        SetDouble(i.Rd, region);
    }

    private static void EmitNarrowing(in Instruction i, RegionEmitter region)
    {
        RequireHostRounding(region);
        var il = region.IL;
        var (value, result) = (Operand(i.Rs1, isDouble: true, region), il.DeclareLocal(typeof(float)));
        var accepted = il.DefineLabel();
        il.Emit(OpCodes.Ldloc, value);
        il.Emit(OpCodes.Conv_R4);
        il.Emit(OpCodes.Stloc, result);
        PushExponent(result, isDouble: false, region);
        il.Emit(OpCodes.Ldc_I4_2);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Ldc_I4, 0xFD);
        il.Emit(OpCodes.Bge_Un, ZeroStub(result, value, null, accepted, region.InterpretLabel(), region));
        il.MarkLabel(accepted);
        il.Emit(OpCodes.Ldloc, result);
        SetValue(i.Rd, isDouble: false, region);
    }

    // Exact, so that the mode does not matter; but frm may hold none, which is illegal.
    private static void RequireKnownMode(in Instruction i, RegionEmitter region)
    {
        if ((RoundingMode)i.RoundingMode != RoundingMode.Dynamic) return;
        region.StateField(Hart.FcsrOffset);
        region.IL.Emit(OpCodes.Ldind_I4);
        region.IL.Emit(OpCodes.Ldc_I4, ((int)RoundingMode.NearestMaximumMagnitude << 5) | 31);
        region.IL.Emit(OpCodes.Bgt_Un, region.InterpretLabel());
    }
}
