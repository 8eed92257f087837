// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace EdgeHypervisor.Cores.CortexM;

/// <summary>What each instruction does, as IL. What is not here the interpreter executes.</summary>
/// <param name="trapsUnaligned">Whether unaligned accesses go to the interpreter.</param>
internal sealed unsafe partial class CortexMEmitter(bool trapsUnaligned) : IInstructionEmitter<TranslatedInstruction>
{
    private const int Negative = 18;
    private const int NotZero = 19;
    private const int Carry = 20;
    private const int Overflow = 21;
    private const int It = 22;

    private static readonly int FpscrOffset = OffsetOf((cpu) => &cpu->State.Fpscr);
    private static readonly int SinglesOffset = OffsetOf((cpu) => cpu->State.S);
    private static readonly int FloatReadyOffset = OffsetOf((cpu) => &cpu->FloatReady);

    // One list for all processors.
    private static readonly GuestRegister[] AllRegisters =
    [
        .. Enumerable.Range(0, 18).Select(i => new GuestRegister(i * sizeof(uint), RegisterKind.Int32)),
        new(OffsetOf(cpu => &cpu->State.Negative), RegisterKind.Int32),
        new(OffsetOf(cpu => &cpu->State.NotZero), RegisterKind.Int32),
        new(OffsetOf(cpu => &cpu->State.Carry), RegisterKind.Int32),
        new(OffsetOf(cpu => &cpu->State.Overflow), RegisterKind.Int32),
        new(OffsetOf(cpu => &cpu->State.It), RegisterKind.Int32),
    ];

    // Of the region that is being written: the operands of the last flag setter, kept for conditions.
    private readonly ConditionalWeakTable<RegionEmitter, Kept> _kept = [];

    /// <inheritdoc/>
    /// <remarks>r0 to r14 under their own numbers; r15 and above are the slots of the state, then the flags and ITSTATE.</remarks>
    public IReadOnlyList<GuestRegister> Registers => AllRegisters;

    /// <summary>Whether the translator knows an instruction.</summary>
    public static bool IsTranslated(in Instruction i) => i.Op switch
    {
        Op.ToSp => i.InnerOp is Op.Mov or Op.Add or Op.Sub && i.Rm != 15 && i.Rn != 15,
        >= Op.And and <= Op.It => true,
        >= Op.Ldr and <= Op.StoreWriteBack => true,
        >= Op.Ldm and <= Op.Strd => true,
        >= Op.Movt and <= Op.Smlsld => true,
        Op.Nop or Op.Barrier or Op.SynchronizeCode => true,
        >= Op.Vldr and <= Op.Vmrs => true,
        >= Op.VmovImmediate and < Op.Count => i.Op != Op.Vsel,
        _ => false,
    };

    /// <summary>Whether the interpreter may have to do an instruction that is in the middle of a region.</summary>
    public static bool MayLeave(in TranslatedInstruction translated)
    {
        var i = translated.Decoded;
        return i.Op is (>= Op.Ldr and <= Op.Strd) or Op.LoadPc or Op.Sdiv or Op.Udiv || IsFloat(i.Op)
            || (translated.It != 0 && (!IsTranslated(i) || FlagUse.LeavesUnderCondition(i)) && i.Op != Op.B);
    }

    /// <inheritdoc/>
    public void BeginBlock(TranslatedInstruction[] block, RegionEmitter region) => region.BlockNotes = new BlockFlags(block, region);

    /// <inheritdoc/>
    public void CollectRegisters(in TranslatedInstruction translated, RegisterSet registers)
    {
        var i = translated.Decoded;
        foreach (var register in ReadBy(i))
        {
            if (register < 15) registers.AddRead(register);
        }
        foreach (var register in WrittenBy(i))
        {
            if (register < 15) registers.AddWritten(register);
        }
        var conditional = translated.It != 0 || i.Op is >= Op.Beq and <= Op.Ble;
        var flags = FlagUse.Reads(i) | FlagUse.Writes(i, false);
        if (conditional || flags != Flags.None || i.Op == Op.Vmrs)
        {
            for (var register = Negative; register <= Overflow; register++) registers.AddRead(register);
        }
        if (i.SetsFlags || i.Op == Op.Vmrs)
        {
            for (var register = Negative; register <= Overflow; register++) registers.AddWritten(register);
        }
        if (translated.It != 0 || i.Op == Op.It) registers.AddWritten(It);
    }

    /// <inheritdoc/>
    public bool TryGetOperand(in TranslatedInstruction translated, out MemoryOperand operand)
    {
        operand = default;
        if (translated.It != 0 || translated.Decoded.Rn >= 15) return false;
        if (trapsUnaligned || OperandOf(translated.Decoded) is not { } found) return false;
        operand = found;
        return true;
    }

    /// <inheritdoc/>
    public bool TryGetSum(in TranslatedInstruction translated, out RegisterSum sum)
    {
        sum = default;
        var i = translated.Decoded;
        if (translated.It != 0) return false;
        switch (i.Op)
        {
            case Op.Add or Op.Sub when i.Kind == HandlerIndex.Immediate && i.Rd < 15 && i.Rn < 15:
                sum = new RegisterSum(i.Rd, i.Rn, i.Op == Op.Add ? (int)i.Immediate : -(int)i.Immediate);
                return true;
            case Op.ToSp when i.InnerOp is Op.Add or Op.Sub && (i.Inner & HandlerIndex.KindMask) == HandlerIndex.Immediate && (i.Immediate & 3) == 0 && i.Rn == 13:
                sum = new RegisterSum(13, 13, i.InnerOp == Op.Add ? (int)i.Immediate : -(int)i.Immediate);
                return true;
            case Op.Mov when i.Kind == HandlerIndex.Register && i.Rd < 15 && i.Rm < 15:
                sum = new RegisterSum(i.Rd, i.Rm, 0);
                return true;
            case Op.Ldm or Op.Stm when (i.Traits & InstructionTraits.WriteBack) != 0:
                var length = BitOperations.PopCount(i.Immediate) * sizeof(uint);
                sum = new RegisterSum(i.Rn, i.Rn, (i.Traits & InstructionTraits.Subtract) != 0 ? -length : length);
                return true;
            default: return false;
        }
    }

    /// <inheritdoc/>
    public bool SetsConstantAddress(in TranslatedInstruction translated) => translated.LoadsConstantAddress;

    /// <inheritdoc/>
    public StatusUse StatusOf(in TranslatedInstruction translated)
    {
        var (i, it) = (translated.Decoded, translated.It);
        return new StatusUse((uint)FlagUse.ReadsUnder(it, i), (uint)FlagUse.Writes(i, it != 0), (uint)translated.LiveAfter);
    }

    /// <inheritdoc/>
    public void Emit(in TranslatedInstruction translated, RegionEmitter region)
    {
        var flags = (BlockFlags)region.BlockNotes!;
        flags.Advance();
        region.BeforeInterpreter = SetLate(flags.AtExit, flags, region);
        var (i, it) = (translated.Decoded, translated.It);
        if (it == 0)
        {
            EmitPlain(i, region, flags, isSure: true);
            return;
        }
        if (i.Op == Op.B)
        {
            SetIt(it, region);
            region.EndBranch(PushCondition((uint)it >> 4, region, flags));
            return;
        }
        var skip = region.IL.DefineLabel();
        region.IL.Emit(PushCondition((uint)it >> 4 ^ 1, region, flags), skip);
        if (!IsTranslated(i) || EndsBlock(i)) region.IL.Emit(OpCodes.Br, region.InterpretLabel());
        else EmitPlain(i, region, flags, isSure: false);
        region.IL.MarkLabel(skip);
        SetIt(it, region);
    }

    /// <summary>Whether control does not simply go on behind an instruction.</summary>
    public static bool EndsBlock(in Instruction i) =>
        i.Op is >= Op.B and <= Op.LoadPc || (i.Op == Op.Ldm && (i.Immediate & 1 << 15) != 0);

    private static void SetIt(byte it, RegionEmitter region)
    {
        region.IL.Emit(OpCodes.Ldc_I4, (it & 7) == 0 ? 0 : (it & 0xE0) | (it << 1 & 0x1F));
        region.Set(It);
    }

    // What is checked of memory under a condition says nothing for what follows.
    private void EmitPlain(in Instruction i, RegionEmitter region, BlockFlags flags, bool isSure)
    {
        switch (i.Op)
        {
            case Op.Nop or Op.Barrier or Op.SynchronizeCode: break; // one processor, and stores to code count at once
            case Op.ToSp: EmitToSp(i, region); break;
            case >= Op.And and <= Op.Mvn: EmitLogical(i, region, flags); break;
            case >= Op.Add and <= Op.Cmn: EmitArithmetic(i, region, flags); break;
            case >= Op.LslRegister and <= Op.RorRegister: EmitShift(i, region, flags); break;
            case Op.Mul: EmitMultiply(i, region, flags); break;
            case Op.It:
                region.IL.Emit(OpCodes.Ldc_I4, (int)i.Immediate);
                region.Set(It);
                break;
            case >= Op.B and <= Op.LoadPc: EmitFlow(i, region, flags); break;
            case >= Op.Ldr and <= Op.StoreWriteBack: EmitMemory(i, region, isSure); break;
            case >= Op.Ldm and <= Op.Strd: EmitMultiple(i, region, isSure); break;
            case >= Op.Smull and <= Op.Smlsld: EmitLong(i, region); break;
            case >= Op.Movt and <= Op.Smmls: EmitComputation(i, region); break;
            default: EmitFloat(i, region); break;
        }
    }

    private static IEnumerable<int> ReadBy(Instruction i)
    {
        yield return i.Rn;
        yield return i.Rm;
        yield return i.Ra;
        if (i.Op is (>= Op.Str and <= Op.Strh) or (>= Op.StrRegister and <= Op.StrhRegister) or Op.StoreWriteBack or Op.Strd or (>= Op.Smull and <= Op.Smlsld)) yield return i.Rd;
        if (i.Op == Op.Stm)
        {
            for (var register = 0; register < 15; register++)
            {
                if ((i.Immediate >> register & 1) != 0) yield return register;
            }
        }
        if (IsFloat(i.Op)) yield return i.Rd; // may name a single: more than is needed does no harm
    }

    private static IEnumerable<int> WrittenBy(Instruction i)
    {
        if (i.Op == Op.ToSp) yield return 13;
        if (i.Op is Op.Bl or Op.BlxRegister) yield return 14;
        if ((i.Traits & InstructionTraits.WriteBack) != 0 || (i.Op == Op.LoadPc && i.InnerOp == Op.LoadWriteBack)) yield return i.Rn;
        if (i.Op is >= Op.Smull and <= Op.Smlsld or Op.Ldrd or Op.VmovTwoSinglesToCore) yield return i.Ra;
        if (i.Op == Op.Ldm)
        {
            for (var register = 0; register < 15; register++)
            {
                if ((i.Immediate >> register & 1) != 0) yield return register;
            }
        }
        else if (i.Op is not (Op.Stm or Op.Strd or Op.StoreWriteBack) && !(i.Op is (>= Op.Str and <= Op.Strh) or (>= Op.StrRegister and <= Op.StrhRegister))
            && (!IsFloat(i.Op) || i.Op is Op.VmovSingleToCore or Op.VmovTwoSinglesToCore or Op.Vmrs))
        {
            yield return i.Rd;
        }
    }

    private static bool IsFloat(Op op) => op >= Op.Vldr;

    // r15 reads as the instruction's address plus 4; the slot of zeros as zero.
    private static void Push(byte register, RegionEmitter region)
    {
        if (register == 15) region.IL.Emit(OpCodes.Ldc_I4, (int)region.Address + 4);
        else if (register == Instruction.Zero) region.IL.Emit(OpCodes.Ldc_I4_0);
        else region.Get(register);
    }

    private static void Set(byte register, RegionEmitter region)
    {
        if (register >= 15) region.IL.Emit(OpCodes.Pop);
        else region.Set(register);
    }

    private Kept KeptOf(RegionEmitter region) => _kept.GetValue(region, r => new Kept(r.IL.DeclareLocal(typeof(int)), r.IL.DeclareLocal(typeof(int)), r.IL.DeclareLocal(typeof(int)), r.IL.DeclareLocal(typeof(int))));

    private delegate void* Field(Cpu* cpu);

    private static int OffsetOf(Field field)
    {
        Cpu cpu;
        return (int)((byte*)field(&cpu) - (byte*)&cpu);
    }

    /// <summary>Locals of a region: the operands and the result of the last flag setter, what was loaded, and one for anything.</summary>
    private sealed record Kept(LocalBuilder A, LocalBuilder B, LocalBuilder Result, LocalBuilder Any)
    {
        private readonly LocalBuilder?[] _loaded = new LocalBuilder?[16];

        public LocalBuilder? Address { get; set; }

        public LocalBuilder Loaded(int register, RegionEmitter region) => _loaded[register] ??= region.IL.DeclareLocal(typeof(int));
    }
}
