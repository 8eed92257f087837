// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>A. A machine has one hart, and devices run on its turn, so a plain read and write is atomic.</summary>
internal sealed partial class RiscVEmitter
{
    private void EmitAtomic(in Instruction i, RegionEmitter region)
    {
        var isDouble = i.Op >= Op.AmoswapD;
        var width = isDouble ? AccessWidth.Double : AccessWidth.Word;
        var il = region.IL;
        var type = isDouble ? typeof(long) : typeof(int);
        var (host, old, operand) = (il.DeclareLocal(typeof(nint)), il.DeclareLocal(type), il.DeclareLocal(type));

        var address = i with { Immediate = 0 };
        InterpretMisaligned(address, width, region);
        PushMemoryAddress(address, region);
        region.HostAddressForUpdate(width);
        il.Emit(OpCodes.Stloc, host);
        il.Emit(OpCodes.Ldloc, host);
        il.Emit(isDouble ? OpCodes.Ldind_I8 : OpCodes.Ldind_I4);
        il.Emit(OpCodes.Stloc, old);
        if (isDouble) Push(i.Rs2, region);
        else PushWord(i.Rs2, region);
        il.Emit(OpCodes.Stloc, operand);

        il.Emit(OpCodes.Ldloc, host);
        Combine(i.Op - (isDouble ? Op.AmoswapD : Op.AmoswapW), old, operand, il);
        il.Emit(isDouble ? OpCodes.Stind_I8 : OpCodes.Stind_I4);

        if (i.Rd == Instruction.Discard) return;
        il.Emit(OpCodes.Ldloc, old);
        if (!isDouble && _is64) il.Emit(OpCodes.Conv_I8);
        region.Set(i.Rd);
        Notes(region).Written(i.Rd);
    }

    private void EmitLoadReserved(in Instruction i, RegionEmitter region)
    {
        var isDouble = i.Op == Op.LrD;
        var width = isDouble ? AccessWidth.Double : AccessWidth.Word;
        var (il, address) = (region.IL, i with { Immediate = 0 });
        var value = il.DeclareLocal(isDouble || _is64 ? typeof(long) : typeof(int));
        InterpretMisaligned(address, width, region);
        PushMemoryAddress(address, region);
        region.Load(width, signed: true, wide: _is64);
        il.Emit(OpCodes.Stloc, value);
        region.StateField(Hart.ReservationAddressOffset);
        PushMemoryAddress(address, region);
        il.Emit(OpCodes.Stind_I8);
        region.StateField(Hart.HasReservationOffset);
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.Stind_I1);
        if (i.Rd == Instruction.Discard) return;
        il.Emit(OpCodes.Ldloc, value);
        region.Set(i.Rd);
        Notes(region).Written(i.Rd);
    }

    // One that fails is the interpreter's: it has to be permitted all the same.
    private void EmitStoreConditional(in Instruction i, RegionEmitter region)
    {
        var isDouble = i.Op == Op.ScD;
        var width = isDouble ? AccessWidth.Double : AccessWidth.Word;
        var (il, address) = (region.IL, i with { Immediate = 0 });
        InterpretMisaligned(address, width, region);
        region.StateField(Hart.HasReservationOffset);
        il.Emit(OpCodes.Ldind_U1);
        il.Emit(OpCodes.Brfalse, region.InterpretLabel());
        region.StateField(Hart.ReservationAddressOffset);
        il.Emit(OpCodes.Ldind_I8);
        PushMemoryAddress(address, region);
        il.Emit(OpCodes.Bne_Un, region.InterpretLabel());
        PushMemoryAddress(address, region);
        if (isDouble) Push(i.Rs2, region);
        else PushWord(i.Rs2, region);
        region.Store(width);
        region.StateField(Hart.HasReservationOffset);
        il.Emit(OpCodes.Ldc_I4_0);
        il.Emit(OpCodes.Stind_I1);
        if (i.Rd == Instruction.Discard) return;
        PushImmediate(0, region);
        region.Set(i.Rd);
        Notes(region).Written(i.Rd);
    }

    // A misaligned one traps, which the interpreter does.
    private void InterpretMisaligned(in Instruction address, AccessWidth width, RegionEmitter region) =>
        InterpretWhereAny((long)width - 1, address, region);

    private void InterpretWhereAny(long bits, in Instruction address, RegionEmitter region)
    {
        PushMemoryAddress(address, region);
        region.Constant(bits);
        region.IL.Emit(OpCodes.And);
        region.IL.Emit(OpCodes.Brtrue, region.InterpretLabel());
    }

    // Pushes the new value. What: swap, add, xor, and, or, min, max, minu, maxu, as both groups are ordered.
    private static void Combine(int what, LocalBuilder old, LocalBuilder operand, ILGenerator il)
    {
        if (what == 0)
        {
            il.Emit(OpCodes.Ldloc, operand);
            return;
        }
        il.Emit(OpCodes.Ldloc, old);
        il.Emit(OpCodes.Ldloc, operand);
        if (what <= 4)
        {
            il.Emit(what switch { 1 => OpCodes.Add, 2 => OpCodes.Xor, 3 => OpCodes.And, _ => OpCodes.Or });
            return;
        }
        var (takeOld, end) = (il.DefineLabel(), il.DefineLabel());
        il.Emit(what switch { 5 => OpCodes.Blt, 6 => OpCodes.Bgt, 7 => OpCodes.Blt_Un, _ => OpCodes.Bgt_Un }, takeOld);
        il.Emit(OpCodes.Ldloc, operand);
        il.Emit(OpCodes.Br, end);
        il.MarkLabel(takeOld);
        il.Emit(OpCodes.Ldloc, old);
        il.MarkLabel(end);
    }
}
