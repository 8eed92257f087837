// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace EdgeHypervisor.Cores.CortexM;

/// <summary>What rows of the encoding table make instructions with.</summary>
internal static class Build
{
    /// <summary>An instruction of registers.</summary>
    public static Instruction Of(
        Op op, uint d = Instruction.Discard, uint n = Instruction.Zero, uint m = Instruction.Zero, uint a = Instruction.Zero, uint imm = 0, bool s = false, InstructionTraits traits = 0) =>
        new()
        {
            Handler = HandlerIndex.Of(op, s ? HandlerIndex.SetsFlags : 0),
            Rd = (byte)d,
            Rn = (byte)n,
            Rm = (byte)m,
            Ra = (byte)a,
            Immediate = imm,
            Traits = traits,
        };

    /// <summary>An instruction that does not exist: UsageFault.</summary>
    public static Instruction Undefined() => Of(Op.Undefined);

    /// <summary>Data processing with an immediate; the carry is as in <see cref="Instruction.Shift"/>.</summary>
    public static Instruction Immediate(Op op, uint d, uint n, uint imm, bool s, byte carry = 0, InstructionTraits traits = 0)
    {
        var i = Of(op, d, n, imm: imm, traits: traits);
        i.Handler = HandlerIndex.Of(op, HandlerIndex.Immediate | (s ? HandlerIndex.SetsFlags : 0));
        i.Shift = carry;
        return Finish(i);
    }

    /// <summary>Data processing with a register, which may be shifted by a constant as the encoding has it.</summary>
    public static Instruction Register(Op op, uint d, uint n, uint m, bool s, uint type = 0, uint amount = 0, InstructionTraits traits = 0)
    {
        var (kind, by) = DecodeShift(type, amount);
        var i = Of(op, d, n, m, traits: traits);
        var isPlain = kind == ShiftKind.Lsl && by == 0;
        i.Handler = HandlerIndex.Of(op, (isPlain ? HandlerIndex.Register : HandlerIndex.Shifted) | (s ? HandlerIndex.SetsFlags : 0));
        (i.ShiftKind, i.Shift) = (kind, by);
        return Finish(i);
    }

    /// <summary>A load or store at a base and an offset.</summary>
    public static Instruction Memory(Op op, uint t, uint n, uint offset) => Finish(Of(op, t, n, imm: offset));

    /// <summary>A load or store at the sum of two registers, the second one shifted left.</summary>
    public static Instruction MemoryRegister(Op op, uint t, uint n, uint m, uint shift = 0)
    {
        var i = Of(op + (Op.LdrRegister - Op.Ldr), t, n, m);
        i.Shift = (byte)shift;
        return Finish(i);
    }

    /// <summary>A load or store that adds or subtracts 8 bits, before or after, writing back or not. Arm A7.7.43.</summary>
    public static Instruction MemoryIndexed(Op op, uint t, uint n, uint imm, bool p, bool u, bool w)
    {
        if (!p && !w) return Undefined();
        if (p && u && !w) return Finish(Of(op >= Op.Str ? Op.StoreUnprivileged : Op.LoadUnprivileged, t, n, a: (uint)op - (uint)Op.Ldr, imm: imm));
        var offset = u ? imm : 0 - imm;
        if (!w) return Memory(op, t, n, offset);
        var traits = InstructionTraits.WriteBack | (p ? 0 : InstructionTraits.PostIndexed);
        return Finish(Of(op >= Op.Str ? Op.StoreWriteBack : Op.LoadWriteBack, t, n, a: (uint)op - (uint)Op.Ldr, imm: offset, traits: traits));
    }

    /// <summary>A 12-bit modified immediate and the carry it leaves. Arm A5.3.2.</summary>
    public static (uint Value, byte Carry) Expand(uint imm12)
    {
        var imm8 = imm12 & 0xFF;
        switch (imm12 >> 8)
        {
            case 0: return (imm8, 0);
            case 1: return (imm8 << 16 | imm8, 0);
            case 2: return (imm8 << 24 | imm8 << 8, 0);
            case 3: return (imm8 * 0x0101_0101, 0);
        }
        var value = BitOperations.RotateRight((imm12 & 0x7F) | 0x80, (int)(imm12 >> 7));
        return (value, (byte)(1 + (value >> 31)));
    }

    /// <summary>A shift by a constant as the type and five bits say. Arm A7.4.2.</summary>
    public static (ShiftKind Kind, byte Amount) DecodeShift(uint type, uint imm5) => type switch
    {
        0 => (ShiftKind.Lsl, (byte)imm5),
        1 => (ShiftKind.Lsr, (byte)(imm5 == 0 ? 32 : imm5)),
        2 => (ShiftKind.Asr, (byte)(imm5 == 0 ? 32 : imm5)),
        _ => imm5 == 0 ? (ShiftKind.Rrx, (byte)1) : (ShiftKind.Ror, (byte)imm5),
    };

    /// <summary>A number of so many bits with its sign.</summary>
    public static uint Signed(uint value, int bits) => (uint)((int)(value << (32 - bits)) >> (32 - bits));

    /// <summary>Operands and destinations that are no plain registers go another way.</summary>
    public static Instruction Finish(Instruction i)
    {
        var isData = i.Op is >= Op.And and <= Op.Cmn;
        if (isData && i.Rd == 15) i = Behind(i, Op.ToPc);
        else if (isData && i.Rd == 13 && !IsAlignedSum(i)) i = Behind(i, Op.ToSp);
        return i.Rn == 15 || i.Rm == 15 ? Behind(i, Op.WithPc) : i;
    }

    /// <summary>An instruction that is reached through another: the one in front finds it in the chain of handlers.</summary>
    private static Instruction Behind(Instruction i, Op front)
    {
        // r15 as an operand of a jump or of a stack adjustment: the front reads it itself.
        if (i.Op is Op.ToPc or Op.ToSp) return i;
        i.Inner = i.Handler;
        i.Handler = HandlerIndex.Of(front);
        return i;
    }

    // The stack pointer's low bits stay zero by themselves.
    private static bool IsAlignedSum(in Instruction i) =>
        i.Op is Op.Add or Op.Sub && i.Kind == HandlerIndex.Immediate && i.Rn == 13 && (i.Immediate & 3) == 0;
}
