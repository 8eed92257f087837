// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Cores.CortexM;

/// <summary>
/// A decoded instruction in 16 bytes. Zero means "not decoded yet", so that untouched memory needs no preparation.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
internal struct Instruction
{
    /// <summary>Index into a handler table; made by <see cref="HandlerIndex"/>.</summary>
    public ushort Handler;

    /// <summary>The handler behind <see cref="Op.WithPc"/>, <see cref="Op.ToSp"/> and <see cref="Op.ToPc"/>.</summary>
    public ushort Inner;

    /// <summary>The destination; the transferred register of loads and stores.</summary>
    public byte Rd;

    /// <summary>The first operand or the base of an address; <see cref="Zero"/> where it is a constant.</summary>
    public byte Rn;

    /// <summary>The second operand.</summary>
    public byte Rm;

    /// <summary>The third operand, or a second destination.</summary>
    public byte Ra;

    /// <summary>Length in entries, which are halfwords: 1 or 2.</summary>
    public byte Step;

    /// <summary>See <see cref="InstructionTraits"/>.</summary>
    public InstructionTraits Traits;

    /// <summary>How <see cref="Rm"/> is shifted.</summary>
    public ShiftKind ShiftKind;

    /// <summary>
    /// By how much, 0 to 32. With an immediate operand the carry that a flag-setting instruction leaves: 0 the old one,
    /// 1 clear, 2 set.
    /// </summary>
    public byte Shift;

    /// <summary>
    /// An immediate operand, an offset, a target's address, a register list, or a branch's distance in entries.
    /// </summary>
    public uint Immediate;

    /// <summary>The register slot that always reads zero.</summary>
    public const byte Zero = 16;

    /// <summary>The register slot that swallows what is written.</summary>
    public const byte Discard = 17;

    /// <summary>As the translation kit sees it in its page.</summary>
    public static unsafe EntryLayout Layout
    {
        get
        {
            Instruction entry;
            return new EntryLayout(sizeof(Instruction), HandlerIndex.Of(Op.Region), RegionNumber: (int)((byte*)&entry.Immediate - (byte*)&entry));
        }
    }

    /// <summary>The bytes of the entry behind the last of a page, which leads on to the next page.</summary>
    public static unsafe byte[] PageEnd
    {
        get
        {
            var entry = new Instruction { Handler = HandlerIndex.Of(Op.PageEnd) };
            return new ReadOnlySpan<byte>(&entry, sizeof(Instruction)).ToArray();
        }
    }

    /// <summary>What it does.</summary>
    public readonly Op Op => (Op)(Handler >> HandlerIndex.OpShift);

    /// <summary>What it does once its operands or its destination are cared for.</summary>
    public readonly Op InnerOp => (Op)(Inner >> HandlerIndex.OpShift);

    /// <summary>What it does, r15 among its operands or not.</summary>
    public readonly Op InnerOrOwn => Op == Op.WithPc ? InnerOp : Op;

    /// <summary>The kind of its second operand.</summary>
    public readonly int Kind => Handler & HandlerIndex.KindMask;

    /// <summary>Whether it sets the condition flags.</summary>
    public readonly bool SetsFlags => (Handler & HandlerIndex.SetsFlags) != 0;

    /// <summary>Length in bytes in guest memory: 2 or 4.</summary>
    public readonly int LengthBytes => Step * 2;
}

/// <summary>Shifts by a constant. Arm A7.4.2.</summary>
internal enum ShiftKind : byte
{
    Lsl,
    Lsr,
    Asr,
    Ror,

    /// <summary>Right by one, the carry comes in.</summary>
    Rrx,
}

/// <summary>What the decoder knows of an instruction beyond its operands.</summary>
[Flags]
internal enum InstructionTraits : byte
{
    None = 0,

    /// <summary>A 16-bit instruction that sets the flags, but not inside an IT block. Arm A7.3.2.</summary>
    FlagsOutsideIt = 1,

    /// <summary>A load or store: the offset is subtracted.</summary>
    Subtract = 2,

    /// <summary>The base is written back.</summary>
    WriteBack = 4,

    /// <summary>The address is the base before the offset.</summary>
    PostIndexed = 8,

    /// <summary>Floating point: double precision.</summary>
    Double = 16,

    /// <summary>Variants of an instruction: the upper half of the first operand, rounding, crossed halves.</summary>
    X = 32,

    /// <summary>The upper half of the second operand.</summary>
    Y = 64,
}
