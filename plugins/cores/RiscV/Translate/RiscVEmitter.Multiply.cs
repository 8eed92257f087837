// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>M: division by zero and overflow have results of their own. Unprivileged specification, chapter 12.</summary>
internal sealed partial class RiscVEmitter
{
    private void EmitMultiply(in Instruction i, RegionEmitter region)
    {
        switch (i.Op)
        {
            case Op.Mul:
                Push(i.Rs1, region);
                Push(i.Rs2, region);
                region.IL.Emit(OpCodes.Mul);
                break;
            case Op.Mulh or Op.Mulhsu or Op.Mulhu when _is64:
                Push(i.Rs1, region);
                Push(i.Rs2, region);
                region.IL.Emit(OpCodes.Call, i.Op switch
                {
                    Op.Mulh => HostOperation.HighProduct,
                    Op.Mulhsu => HostOperation.HighProductMixed,
                    _ => HostOperation.HighProductUnsigned,
                });
                break;
            case Op.Mulh or Op.Mulhsu or Op.Mulhu:
                // The 64-bit product of two 32-bit numbers, each extended as the instruction says.
                Push(i.Rs1, region);
                region.IL.Emit(i.Op == Op.Mulhu ? OpCodes.Conv_U8 : OpCodes.Conv_I8);
                Push(i.Rs2, region);
                region.IL.Emit(i.Op == Op.Mulh ? OpCodes.Conv_I8 : OpCodes.Conv_U8);
                region.IL.Emit(OpCodes.Mul);
                region.IL.Emit(OpCodes.Ldc_I4, 32);
                region.IL.Emit(OpCodes.Shr_Un);
                region.IL.Emit(OpCodes.Conv_I4);
                break;
            default:
                Push(i.Rs1, region);
                Push(i.Rs2, region);
                Divide(i.Op - Op.Div, wide: _is64, region);
                break;
        }
    }

    private void EmitMultiplyWord(in Instruction i, RegionEmitter region)
    {
        PushWord(i.Rs1, region);
        PushWord(i.Rs2, region);
        if (i.Op == Op.Mulw) region.IL.Emit(OpCodes.Mul);
        else Divide(i.Op - Op.Divw, wide: false, region);
        region.SetWord(i.Rd);
    }

    // Takes two operands of a width, leaves the result. What: 0 div, 1 divu, 2 rem, 3 remu, as both groups are ordered.
    private static void Divide(int what, bool wide, RegionEmitter region)
    {
        var il = region.IL;
        var (isSigned, isQuotient) = (what % 2 == 0, what < 2);
        var divisor = il.DeclareLocal(wide ? typeof(long) : typeof(int));
        var dividend = il.DeclareLocal(divisor.LocalType);
        var byZero = il.DefineLabel();
        var byMinusOne = il.DefineLabel();
        var end = il.DefineLabel();
        il.Emit(OpCodes.Stloc, divisor);
        il.Emit(OpCodes.Stloc, dividend);
        il.Emit(OpCodes.Ldloc, divisor);
        il.Emit(OpCodes.Brfalse, byZero);
        if (isSigned)
        {
            il.Emit(OpCodes.Ldloc, divisor);
            Constant(il, -1, wide);
            il.Emit(OpCodes.Beq, byMinusOne);
        }
        il.Emit(OpCodes.Ldloc, dividend);
        il.Emit(OpCodes.Ldloc, divisor);
        il.Emit((isSigned, isQuotient) switch
        {
            (true, true) => OpCodes.Div,
            (false, true) => OpCodes.Div_Un,
            (true, false) => OpCodes.Rem,
            _ => OpCodes.Rem_Un,
        });
        il.Emit(OpCodes.Br, end);
        if (isSigned)
        {
            // The smallest number divided by -1 overflows on the host; negating wraps as the specification wants.
            il.MarkLabel(byMinusOne);
            if (isQuotient)
            {
                il.Emit(OpCodes.Ldloc, dividend);
                il.Emit(OpCodes.Neg);
            }
            else
            {
                Constant(il, 0, wide);
            }
            il.Emit(OpCodes.Br, end);
        }
        il.MarkLabel(byZero);
        if (isQuotient) Constant(il, -1, wide);
        else il.Emit(OpCodes.Ldloc, dividend);
        il.MarkLabel(end);
    }

    private static void Constant(ILGenerator il, int value, bool wide)
    {
        if (wide) il.Emit(OpCodes.Ldc_I8, (long)value);
        else il.Emit(OpCodes.Ldc_I4, value);
    }
}
