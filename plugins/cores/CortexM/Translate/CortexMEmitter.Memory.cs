// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using System.Reflection.Emit;

namespace EdgeHypervisor.Cores.CortexM;

/// <content>Loads, stores, and where control goes.</content>
internal sealed unsafe partial class CortexMEmitter
{
    private static AccessWidth WidthOf(Op op) => op switch
    {
        Op.Ldrb or Op.Ldrsb or Op.Strb or Op.LdrbRegister or Op.LdrsbRegister or Op.StrbRegister => AccessWidth.Byte,
        Op.Ldrh or Op.Ldrsh or Op.Strh or Op.LdrhRegister or Op.LdrshRegister or Op.StrhRegister => AccessWidth.Half,
        _ => AccessWidth.Word,
    };

    // What an instruction accesses at a register, in one piece; null where that is not how it is written.
    private static MemoryOperand? OperandOf(in Instruction i)
    {
        var isPostIndexed = (i.Traits & InstructionTraits.PostIndexed) != 0;
        switch (i.Op)
        {
            case >= Op.Ldr and <= Op.Strh: return new MemoryOperand(i.Rn, (int)i.Immediate, (int)WidthOf(i.Op), i.Op >= Op.Str);
            case Op.LoadWriteBack or Op.StoreWriteBack:
                return new MemoryOperand(i.Rn, isPostIndexed ? 0 : (int)i.Immediate, (int)WidthOf(Op.Ldr + i.Ra), i.Op == Op.StoreWriteBack);
            case Op.LoadPc when i.InnerOp != Op.LdrRegister: return new MemoryOperand(i.Rn, isPostIndexed ? 0 : (int)i.Immediate, sizeof(uint), IsStore: false);
            case Op.Ldrd or Op.Strd: return new MemoryOperand(i.Rn, isPostIndexed ? 0 : (int)i.Immediate, 2 * sizeof(uint), i.Op == Op.Strd);
            case Op.Ldm or Op.Stm:
                var length = BitOperations.PopCount(i.Immediate) * sizeof(uint);
                return new MemoryOperand(i.Rn, (i.Traits & InstructionTraits.Subtract) != 0 ? -length : 0, length, i.Op == Op.Stm);
            default: return null;
        }
    }

    private void EmitMemory(in Instruction i, RegionEmitter region, bool isSure)
    {
        var hasWriteBack = i.Op is Op.LoadWriteBack or Op.StoreWriteBack;
        var op = hasWriteBack ? Op.Ldr + i.Ra : i.Op;
        var isStore = op is (>= Op.Str and <= Op.Strh) or (>= Op.StrRegister and <= Op.StrhRegister);
        var isSigned = op is Op.Ldrsb or Op.Ldrsh or Op.LdrsbRegister or Op.LdrshRegister;
        var (width, rd) = (WidthOf(op), i.Rd);
        if (isSure && TryGetOperand(new TranslatedInstruction(i, 0, Flags.All, false), out var operand))
        {
            if (isStore) region.StoreAt(i.Rn, operand.Displacement, width, () => Push(rd, region));
            else region.LoadAt(i.Rn, operand.Displacement, width, isSigned, wide: false);
        }
        else
        {
            PushAddress(i, op, region);
            CheckAlignment(width, region);
            if (isStore)
            {
                Push(i.Rd, region);
                region.Store(width);
            }
            else
            {
                region.Load(width, isSigned, wide: false, PartsOf(i, op));
            }
        }
        if (hasWriteBack) WriteBack(i.Rn, (int)i.Immediate, region);
        if (!isStore) Set(i.Rd, region);
    }

    // The registers of the address, by bit.
    private static ulong PartsOf(in Instruction i, Op op) => 1UL << i.Rn | (op >= Op.LdrRegister ? 1UL << i.Rm : 0);

    private static void PushAddress(in Instruction i, Op op, RegionEmitter region)
    {
        var il = region.IL;
        Push(i.Rn, region);
        if (op >= Op.LdrRegister && op <= Op.StrhRegister)
        {
            Push(i.Rm, region);
            ShiftBy(OpCodes.Shl, i.Shift, il);
            il.Emit(OpCodes.Add);
        }
        else if ((i.Traits & InstructionTraits.PostIndexed) == 0 && i.Immediate != 0)
        {
            il.Emit(OpCodes.Ldc_I4, (int)i.Immediate);
            il.Emit(OpCodes.Add);
        }
        il.Emit(OpCodes.Conv_U8);
    }

    // The address stays on the stack.
    private void CheckAlignment(AccessWidth width, RegionEmitter region)
    {
        if (!trapsUnaligned || width == AccessWidth.Byte) return;
        var il = region.IL;
        var address = AddressOf(region);
        il.Emit(OpCodes.Stloc, address);
        il.Emit(OpCodes.Ldloc, address);
        il.Emit(OpCodes.Conv_I4);
        il.Emit(OpCodes.Ldc_I4, (int)width - 1);
        il.Emit(OpCodes.And);
        il.Emit(OpCodes.Brtrue, region.InterpretLabel());
        il.Emit(OpCodes.Ldloc, address);
    }

    private LocalBuilder AddressOf(RegionEmitter region)
    {
        var kept = KeptOf(region);
        return kept.Address ??= region.IL.DeclareLocal(typeof(long));
    }

    private static void WriteBack(byte register, int distance, RegionEmitter region)
    {
        region.Get(register);
        region.IL.Emit(OpCodes.Ldc_I4, distance);
        region.IL.Emit(OpCodes.Add);
        region.Set(register);
    }

    // All accesses first: each may leave to the interpreter, which does the whole instruction again. Where what it
    // accesses is not checked as a whole, the words of a store that were stored before are stored once more then.
    private void EmitMultiple(in Instruction i, RegionEmitter region, bool isSure)
    {
        var operand = OperandOf(i)!.Value;
        RequireAligned(i.Rn, region);
        var isKnown = isSure && TryGetOperand(new TranslatedInstruction(i, 0, Flags.All, false), out _);
        if (isKnown) region.CheckAt(operand);
        if (i.Op is Op.Ldrd or Op.Strd)
        {
            EmitDual(i, operand.Displacement, isKnown, region);
            return;
        }
        var kept = KeptOf(region);
        var offset = operand.Displacement;
        for (var list = i.Immediate; list != 0; list &= list - 1, offset += sizeof(uint))
        {
            var register = (byte)BitOperations.TrailingZeroCount(list);
            if (i.Op == Op.Stm) StoreWord(i.Rn, offset, register, isKnown, region);
            else LoadWord(i.Rn, offset, kept.Loaded(register, region), isKnown, region);
        }
        var loadsPc = i.Op == Op.Ldm && (i.Immediate & 1 << 15) != 0;
        if (loadsPc) CheckTarget(kept.Loaded(15, region), region);
        if ((i.Traits & InstructionTraits.WriteBack) != 0) WriteBack(i.Rn, (i.Traits & InstructionTraits.Subtract) != 0 ? -operand.LengthBytes : operand.LengthBytes, region);
        if (i.Op == Op.Stm) return;
        for (var list = i.Immediate & 0x7FFF; list != 0; list &= list - 1)
        {
            var register = BitOperations.TrailingZeroCount(list);
            region.IL.Emit(OpCodes.Ldloc, kept.Loaded(register, region));
            region.Set(register);
        }
        if (loadsPc) GoTo(kept.Loaded(15, region), region);
    }

    private void EmitDual(in Instruction i, int offset, bool isKnown, RegionEmitter region)
    {
        var kept = KeptOf(region);
        if (i.Op == Op.Strd)
        {
            StoreWord(i.Rn, offset, i.Rd, isKnown, region);
            StoreWord(i.Rn, offset + sizeof(uint), i.Ra, isKnown, region);
        }
        else
        {
            LoadWord(i.Rn, offset, kept.Loaded(0, region), isKnown, region);
            LoadWord(i.Rn, offset + sizeof(uint), kept.Loaded(1, region), isKnown, region);
        }
        if ((i.Traits & InstructionTraits.WriteBack) != 0) WriteBack(i.Rn, (int)i.Immediate, region);
        if (i.Op == Op.Strd) return;
        region.IL.Emit(OpCodes.Ldloc, kept.Loaded(0, region));
        Set(i.Rd, region);
        region.IL.Emit(OpCodes.Ldloc, kept.Loaded(1, region));
        Set(i.Ra, region);
    }

    private static void LoadWord(byte address, int offset, LocalBuilder value, bool isKnown, RegionEmitter region)
    {
        if (isKnown) region.LoadAt(address, offset, AccessWidth.Word, signed: true, wide: false);
        else
        {
            PushOffset(address, offset, region);
            region.Load(AccessWidth.Word, signed: true, wide: false);
        }
        region.IL.Emit(OpCodes.Stloc, value);
    }

    private static void StoreWord(byte address, int offset, byte register, bool isKnown, RegionEmitter region)
    {
        if (isKnown)
        {
            region.StoreAt(address, offset, AccessWidth.Word, () => Push(register, region));
            return;
        }
        PushOffset(address, offset, region);
        Push(register, region);
        region.Store(AccessWidth.Word);
    }

    private void EmitFloatTransfer(in Instruction i, RegionEmitter region)
    {
        var isLoad = i.Op is Op.Vldr or Op.Vldm;
        var isMultiple = i.Op is Op.Vldm or Op.Vstm;
        var isDouble = (i.Traits & InstructionTraits.Double) != 0;
        var isDown = (i.Traits & InstructionTraits.Subtract) != 0;
        var count = isMultiple ? (int)(isDouble ? i.Immediate & ~1u : i.Immediate) : isDouble ? 2 : 1;
        var length = (int)i.Immediate * 4;
        var offset = !isMultiple ? (int)i.Immediate : isDown ? -length : 0;
        var any = KeptOf(region).Any;
        RequireAligned(i.Rn, region);
        for (var k = 0; k < count; k++)
        {
            PushOffset(i.Rn, offset + k * 4, region);
            if (!isLoad)
            {
                PushSingle((byte)(i.Rd + k), region);
                region.Store(AccessWidth.Word);
                continue;
            }
            region.Load(AccessWidth.Word, signed: true, wide: false);
            region.IL.Emit(OpCodes.Stloc, any);
            region.StateField(SinglesOffset + (i.Rd + k) * sizeof(uint));
            region.IL.Emit(OpCodes.Ldloc, any);
            region.IL.Emit(OpCodes.Stind_I4);
        }
        if ((i.Traits & InstructionTraits.WriteBack) != 0) WriteBack(i.Rn, isDown ? -length : length, region);
    }

    // Offsets are multiples of four, so the base decides. The stack pointer always is aligned.
    private static void RequireAligned(byte register, RegionEmitter region)
    {
        if (register is 13 or >= 15) return;
        region.Get(register);
        region.IL.Emit(OpCodes.Ldc_I4_3);
        region.IL.Emit(OpCodes.And);
        region.IL.Emit(OpCodes.Brtrue, region.InterpretLabel());
    }

    private static void PushOffset(byte register, int offset, RegionEmitter region)
    {
        Push(register, region);
        if (offset != 0)
        {
            region.IL.Emit(OpCodes.Ldc_I4, offset);
            region.IL.Emit(OpCodes.Add);
        }
        region.IL.Emit(OpCodes.Conv_U8);
    }

    private void EmitFlow(in Instruction i, RegionEmitter region, BlockFlags flags)
    {
        var il = region.IL;
        switch (i.Op)
        {
            case Op.B: region.EndJump(); break;
            case <= Op.Ble: EndBranch(PushCondition((uint)(i.Op - Op.Beq), region, flags), flags, region); break;
            case Op.Cbz or Op.Cbnz:
                region.Get(i.Rn);
                il.Emit(OpCodes.Ldc_I4_0);
                EndBranch(i.Op == Op.Cbz ? OpCodes.Beq : OpCodes.Bne_Un, flags, region);
                break;
            case Op.Bl:
                il.Emit(OpCodes.Ldc_I4, (int)region.NextAddress | 1);
                region.Set(14);
                region.EndJump();
                break;
            case Op.Bx or Op.BlxRegister:
                var any = KeptOf(region).Any;
                Push(i.Rm, region);
                il.Emit(OpCodes.Stloc, any);
                CheckTarget(any, region);
                if (i.Op == Op.BlxRegister)
                {
                    il.Emit(OpCodes.Ldc_I4, (int)region.NextAddress | 1);
                    region.Set(14);
                }
                GoTo(any, region);
                break;
            case Op.LoadPc: EmitLoadPc(i, region); break;
            default: EmitTable(i, region); break;
        }
    }

    private void EmitLoadPc(in Instruction i, RegionEmitter region)
    {
        var target = KeptOf(region).Any;
        if (TryGetOperand(new TranslatedInstruction(i, 0, Flags.All, false), out var operand))
        {
            region.LoadAt(i.Rn, operand.Displacement, AccessWidth.Word, signed: true, wide: false);
        }
        else
        {
            PushAddress(i, i.InnerOp, region);
            CheckAlignment(AccessWidth.Word, region);
            region.Load(AccessWidth.Word, signed: true, wide: false, PartsOf(i, i.InnerOp));
        }
        region.IL.Emit(OpCodes.Stloc, target);
        CheckTarget(target, region);
        if (i.InnerOp == Op.LoadWriteBack) WriteBack(i.Rn, (int)i.Immediate, region);
        GoTo(target, region);
    }

    private static void EmitTable(in Instruction i, RegionEmitter region)
    {
        var il = region.IL;
        var isHalf = i.Op == Op.Tbh;
        Push(i.Rn, region);
        Push(i.Rm, region);
        if (isHalf) ShiftBy(OpCodes.Shl, 1, il);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Conv_U8);
        region.Load(isHalf ? AccessWidth.Half : AccessWidth.Byte, signed: false, wide: false);
        ShiftBy(OpCodes.Shl, 1, il);
        il.Emit(OpCodes.Ldc_I4, (int)region.Address + 4);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Conv_U8);
        region.EndIndirect();
    }

    // Even targets and those that stand for a return from an exception are the interpreter's. What the region guesses is neither.
    private static void CheckTarget(LocalBuilder target, RegionEmitter region)
    {
        var il = region.IL;
        var isGood = il.DefineLabel();
        foreach (var guess in region.GuessedTargets)
        {
            il.Emit(OpCodes.Ldloc, target);
            il.Emit(OpCodes.Ldc_I4, (int)guess | 1);
            il.Emit(OpCodes.Beq, isGood);
        }
        // With the lowest bit turned to the top: an odd one below 0xF000_0000 is from 0x8000_0000 to 0xF7FF_FFFF.
        il.Emit(OpCodes.Ldloc, target);
        ShiftBy(OpCodes.Shr_Un, 1, il);
        il.Emit(OpCodes.Ldloc, target);
        ShiftBy(OpCodes.Shl, 31, il);
        il.Emit(OpCodes.Or);
        il.Emit(OpCodes.Ldc_I4, unchecked((int)0x8000_0000));
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Ldc_I4, 0x7800_0000);
        il.Emit(OpCodes.Bge_Un, region.InterpretLabel());
        il.MarkLabel(isGood);
    }

    private static void GoTo(LocalBuilder target, RegionEmitter region)
    {
        region.IL.Emit(OpCodes.Ldloc, target);
        region.IL.Emit(OpCodes.Ldc_I4, ~1);
        region.IL.Emit(OpCodes.And);
        region.IL.Emit(OpCodes.Conv_U8);
        region.EndIndirect();
    }
}
