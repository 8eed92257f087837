// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>
/// What each instruction does, as IL. RV64 keeps registers as <c>int64</c>, RV32 as <c>int32</c>; the few places where
/// that matters ask <see cref="_is64"/>. What is not here the interpreter executes.
/// </summary>
/// <param name="xlen">The width of its registers.</param>
/// <param name="misalignedTarget">The bits of an address at which no instruction may begin, beside the lowest: none where there are short ones.</param>
internal sealed partial class RiscVEmitter(int xlen, ulong misalignedTarget) : IInstructionEmitter<TranslatedInstruction>
{
    /// <summary>The number of f0 among <see cref="Registers"/>, and its place in the state.</summary>
    private const int FirstFloat = 33;

    private static readonly GuestRegister[] Registers32 = RegistersOf(RegisterKind.Int32In64), Registers64 = RegistersOf(RegisterKind.Int64);
    private readonly bool _is64 = xlen == 64;

    /// <inheritdoc/>
    /// <remarks>x1 to x31 under their own numbers (x0 is a constant), f0 to f31 behind them.</remarks>
    public IReadOnlyList<GuestRegister> Registers { get; } = xlen == 64 ? Registers64 : Registers32;

    private static GuestRegister[] RegistersOf(RegisterKind integer)
    {
        var registers = new GuestRegister[FirstFloat + 32];
        for (var i = 0; i < registers.Length; i++) registers[i] = new GuestRegister(i * sizeof(ulong), i < FirstFloat ? integer : RegisterKind.Float64);
        return registers;
    }

    /// <summary>Whether the translator knows an instruction.</summary>
    public static bool IsTranslated(in Instruction i) => i.Op switch
    {
        >= Op.Lui and <= Op.Fence => true,
        >= Op.Mul and <= Op.Remuw => true,
        >= Op.LrW and <= Op.AmomaxuD => true,
        >= Op.Flw and <= Op.FmvDX => IsFloatTranslated(i),
        >= Op.Sh1add and <= Op.CzeroNez => true,
        _ => false,
    };

    /// <inheritdoc/>
    public void CollectRegisters(in TranslatedInstruction translated, RegisterSet registers)
    {
        ref readonly var i = ref translated.Decoded;
        if (i.Op == Op.Fence) return;
        if (i.Op is >= Op.Flw and <= Op.FmvDX)
        {
            CollectFloatRegisters(i, registers);
            return;
        }
        if (i.Rs1 != 0 && i.Op is not (Op.Lui or Op.Auipc or Op.Jal)) registers.AddRead(i.Rs1);
        if (IsStoreOrBranch(i.Op))
        {
            if (i.Rd == 0) return;
            if (i.Op == Op.Sd) registers.AddStored(i.Rd); // callees save what their callers have in it, an address here and a number there
            else registers.AddRead(i.Rd);
            return;
        }
        if (HasRs2(i.Op) && i.Rs2 != 0) registers.AddRead(i.Rs2);
        if (i.Rd != Instruction.Discard) registers.AddWritten(i.Rd);
    }

    /// <inheritdoc/>
    public bool TryGetOperand(in TranslatedInstruction translated, out MemoryOperand operand)
    {
        ref readonly var i = ref translated.Decoded;
        var isStore = i.Op is (>= Op.Sb and <= Op.Sd) or Op.Fsw or Op.Fsd;
        operand = new MemoryOperand(i.Rs1, i.Immediate, (int)WidthOf(i.Op), isStore);
        return i.Rs1 != 0 && !ReachesDevice(i) && (isStore || i.Op is (>= Op.Lb and <= Op.Lwu) or Op.Flw or Op.Fld);
    }

    /// <inheritdoc/>
    public bool OnlyComputes(in TranslatedInstruction translated) => OnlyComputes(translated.Decoded);

    private static bool OnlyComputes(in Instruction i) =>
        i.Rd != Instruction.Discard && i.Op is Op.Lui or (>= Op.Addi and <= Op.And) or (>= Op.Addiw and <= Op.Sraw);

    /// <inheritdoc/>
    public bool TryGetSum(in TranslatedInstruction translated, out RegisterSum sum)
    {
        ref readonly var i = ref translated.Decoded;
        sum = new RegisterSum(i.Rd, i.Rs1, i.Immediate);
        return i.Op == Op.Addi && i.Rs1 != 0;
    }

    /// <inheritdoc/>
    public void Emit(in TranslatedInstruction translated, RegionEmitter region)
    {
        ref readonly var i = ref translated.Decoded;
        switch (i.Op)
        {
            case Op.Fence: break; // one hart, and devices on its turn: everything is in order already
            case >= Op.Lb and <= Op.Lwu: EmitLoad(i, region); break;
            case >= Op.Sb and <= Op.Sd: EmitStore(i, region); break;
            case >= Op.Jal and <= Op.Bgeu: EmitFlow(i, region); break;
            case Op.LrW or Op.LrD: EmitLoadReserved(i, region); break;
            case Op.ScW or Op.ScD: EmitStoreConditional(i, region); break;
            case >= Op.AmoswapW and <= Op.AmomaxuD: EmitAtomic(i, region); break;
            case >= Op.Flw and <= Op.FmvDX: EmitFloat(i, region); break;
            default:
                if (i.Rd == Instruction.Discard) break; // a hint: nothing but the register would change
                if (TryEmitIdiom(i, region) || TryEmitWord(i, region)) break;
                EmitComputation(i, region);
                region.Set(i.Rd);
                break;
        }
    }

    // What has reached a device as it was interpreted.
    private static bool ReachesDevice(in Instruction i) => i.Op is >= Op.Lb and <= Op.Sd && i.Rs1 != 0 && (i.Handler & HandlerIndex.Device) != 0;

    private static bool IsStoreOrBranch(Op op) => op is (>= Op.Beq and <= Op.Bgeu) or (>= Op.Sb and <= Op.Sd);

    private static bool HasRs2(Op op) => op switch
    {
        >= Op.Add and <= Op.And => true,
        >= Op.Addw and <= Op.Sraw => true,
        >= Op.Mul and <= Op.AmomaxuD => true,
        _ => IsBinaryBitManipulation(op),
    };

    private void EmitComputation(in Instruction i, RegionEmitter region)
    {
        switch (i.Op)
        {
            case Op.Lui: PushImmediate(i.Immediate, region); break;
            case Op.Auipc: PushAddress(region.Address + (ulong)i.Immediate, region); break;
            case >= Op.Addi and <= Op.And: EmitInteger(i, region); break;
            case >= Op.Mul and <= Op.Remu: EmitMultiply(i, region); break;
            default: EmitBitManipulation(i, region); break;
        }
    }

    private void EmitInteger(in Instruction i, RegionEmitter region)
    {
        var hasImmediate = i.Op < Op.Add;
        if (_is64 && i is { Op: Op.Slli, Immediate: >= 32 } && region.IsInWord(i.Rs1))
        {
            PushWord(i.Rs1, region); // what extends it is shifted out
            region.IL.Emit(OpCodes.Conv_U8);
        }
        else
        {
            Push(i.Rs1, region);
        }
        if (hasImmediate) PushImmediate(i.Immediate, region);
        else Push(i.Rs2, region);
        switch (i.Op)
        {
            case Op.Addi or Op.Add: region.IL.Emit(OpCodes.Add); break;
            case Op.Sub: region.IL.Emit(OpCodes.Sub); break;
            case Op.Xori or Op.Xor: region.IL.Emit(OpCodes.Xor); break;
            case Op.Ori or Op.Or: region.IL.Emit(OpCodes.Or); break;
            case Op.Andi or Op.And: region.IL.Emit(OpCodes.And); break;
            case Op.Slli or Op.Sll: Shift(OpCodes.Shl, _is64 ? 63 : 31, region); break;
            case Op.Srli or Op.Srl: Shift(OpCodes.Shr_Un, _is64 ? 63 : 31, region); break;
            case Op.Srai or Op.Sra: Shift(OpCodes.Shr, _is64 ? 63 : 31, region); break;
            case Op.Slti or Op.Slt: region.IL.Emit(OpCodes.Clt); Widen(region); break;
            case Op.Sltiu or Op.Sltu: region.IL.Emit(OpCodes.Clt_Un); Widen(region); break;
        }
    }

    private void EmitLoad(in Instruction i, RegionEmitter region)
    {
        var (width, signed) = (WidthOf(i.Op), i.Op is Op.Lb or Op.Lh or Op.Lw or Op.Ld);
        if (ReachesDevice(i))
        {
            var rd = i.Rd;
            region.LoadOrCall(i.Rs1, i.Immediate, width, signed, wide: _is64, DeviceCalls.Load, () => SetLoaded(rd, region));
            NoteLoaded(i, region);
            return;
        }
        if (i.Rs1 != 0)
        {
            region.LoadAt(i.Rs1, i.Immediate, width, signed, wide: _is64);
        }
        else
        {
            PushMemoryAddress(i, region);
            region.Load(width, signed, wide: _is64);
        }
        SetLoaded(i.Rd, region);
        NoteLoaded(i, region);
    }

    private static void SetLoaded(byte register, RegionEmitter region)
    {
        if (register == Instruction.Discard) region.IL.Emit(OpCodes.Pop);
        else region.Set(register);
    }

    private void NoteLoaded(in Instruction i, RegionEmitter region)
    {
        if (i.Rd == Instruction.Discard || !region.IsOptimised) return;
        Notes(region).Written(i.Rd);
    }

    private void EmitStore(in Instruction i, RegionEmitter region)
    {
        var store = i;
        void PushValue()
        {
            if (store.Op == Op.Sd) Push(store.Rd, region);
            else PushWord(store.Rd, region);
        }

        if (ReachesDevice(i))
        {
            region.StoreOrCall(i.Rs1, i.Immediate, WidthOf(i.Op), PushValue, DeviceCalls.Store);
            return;
        }
        if (i.Rs1 != 0)
        {
            region.StoreAt(i.Rs1, i.Immediate, WidthOf(i.Op), PushValue);
            return;
        }
        PushMemoryAddress(i, region);
        PushValue();
        region.Store(WidthOf(i.Op));
    }

    private static AccessWidth WidthOf(Op op) => op switch
    {
        Op.Lb or Op.Lbu or Op.Sb => AccessWidth.Byte,
        Op.Lh or Op.Lhu or Op.Sh => AccessWidth.Half,
        Op.Lw or Op.Lwu or Op.Sw or Op.Flw or Op.Fsw => AccessWidth.Word,
        _ => AccessWidth.Double,
    };

    private void EmitFlow(in Instruction i, RegionEmitter region)
    {
        switch (i.Op)
        {
            case Op.Jal:
                Link(i, region);
                region.EndJump();
                break;
            case Op.Jalr:
                if (misalignedTarget != 0) InterpretWhereAny((long)misalignedTarget, i, region);
                PushMemoryAddress(i, region); // before the link: both may be the same register
                region.Constant(~1L);
                region.IL.Emit(OpCodes.And);
                Link(i, region);
                region.EndIndirect();
                break;
            default:
                if (AreWords(i.Rs1, i.Rd, region))
                {
                    PushWord(i.Rs1, region);
                    PushWord(i.Rd, region);
                }
                else
                {
                    Push(i.Rs1, region);
                    Push(i.Rd, region);
                }
                region.EndBranch(i.Op switch
                {
                    Op.Beq => OpCodes.Beq,
                    Op.Bne => OpCodes.Bne_Un,
                    Op.Blt => OpCodes.Blt,
                    Op.Bge => OpCodes.Bge,
                    Op.Bltu => OpCodes.Blt_Un,
                    _ => OpCodes.Bge_Un,
                }, isOfBit: i.Op is Op.Beq or Op.Bne && i.Rd == 0 && region.IsBit(i.Rs1));
                break;
        }
    }

    private void Link(in Instruction i, RegionEmitter region)
    {
        if (i.Rd == Instruction.Discard) return;
        PushAddress(region.NextAddress, region);
        region.Set(i.Rd);
    }

    private void Push(byte register, RegionEmitter region)
    {
        if (register == 0) PushImmediate(0, region);
        else region.Get(register);
    }

    // The low 32 bits, as int32.
    private void PushWord(byte register, RegionEmitter region)
    {
        if (register == 0)
        {
            region.IL.Emit(OpCodes.Ldc_I4_0);
            return;
        }
        region.GetWord(register);
    }

    private void PushImmediate(int value, RegionEmitter region)
    {
        if (_is64) region.Constant(value);
        else region.IL.Emit(OpCodes.Ldc_I4, value);
    }

    private void PushAddress(ulong value, RegionEmitter region)
    {
        if (_is64) region.Constant((long)value);
        else region.IL.Emit(OpCodes.Ldc_I4, (int)value);
    }

    // rs1 + immediate as an int64 address, which RV32 wraps at 32 bits.
    private void PushMemoryAddress(in Instruction i, RegionEmitter region)
    {
        Push(i.Rs1, region);
        if (i.Immediate != 0)
        {
            PushImmediate(i.Immediate, region);
            region.IL.Emit(OpCodes.Add);
        }
        if (!_is64) region.IL.Emit(OpCodes.Conv_U8);
    }

    // A truth value as a register.
    private void Widen(RegionEmitter region)
    {
        if (_is64) region.IL.Emit(OpCodes.Conv_U8);
    }

    private void Shift(OpCode shift, int mask, RegionEmitter region)
    {
        if (_is64) region.IL.Emit(OpCodes.Conv_I4);
        region.IL.Emit(OpCodes.Ldc_I4, mask);
        region.IL.Emit(OpCodes.And);
        region.IL.Emit(shift);
    }
}
