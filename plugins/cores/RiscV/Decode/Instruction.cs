// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>
/// A decoded instruction in 8 bytes. Zero means "not decoded yet", so that untouched memory needs no preparation.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 8)]
internal struct Instruction
{
    /// <summary>Index into a handler table; made by <see cref="HandlerIndex"/>.</summary>
    public ushort Handler;

    /// <summary>
    /// The destination register, <see cref="Discard"/> for x0; rs2 in stores and branches, which have none.
    /// </summary>
    public byte Rd;

    /// <summary>The first source register, or the 5-bit immediate of a CSR instruction.</summary>
    public byte Rs1;

    /// <summary>
    /// The immediate, sign-extended; for branches and jumps within the page the distance in entries (see
    /// <see cref="HandlerIndex.Near"/>). Without an immediate: rs2, rs3 and the rounding mode in one byte each.
    /// </summary>
    public int Immediate;

    /// <summary>The slot that swallows writes to x0.</summary>
    public const byte Discard = 32;

    /// <summary>The second source register of an instruction without an immediate.</summary>
    public readonly byte Rs2 => (byte)Immediate;

    /// <summary>The third source register of a fused multiply-add.</summary>
    public readonly byte Rs3 => (byte)(Immediate >> 8);

    /// <summary>The rounding mode field of a floating-point instruction.</summary>
    public readonly byte RoundingMode => (byte)(Immediate >> 16);

    /// <summary>What it does.</summary>
    public readonly Op Op => (Op)(Handler >> HandlerIndex.OpShift);

    /// <summary>Length in bytes in guest memory: 2 or 4.</summary>
    public readonly int LengthBytes => (Handler & HandlerIndex.Compressed) != 0 ? 2 : 4;

    /// <summary>As the translation kit sees it in its page.</summary>
    public static unsafe EntryLayout Layout
    {
        get
        {
            Instruction entry;
            return new EntryLayout(sizeof(Instruction), HandlerIndex.Of(Op.Region, 0), RegionNumber: (int)((byte*)&entry.Immediate - (byte*)&entry));
        }
    }

    /// <summary>The bytes of the entry behind the last of a page, which leads on to the next page.</summary>
    public static unsafe byte[] PageEnd
    {
        get
        {
            var entry = new Instruction { Handler = HandlerIndex.Of(Op.PageEnd, 0) };
            return new ReadOnlySpan<byte>(&entry, sizeof(Instruction)).ToArray();
        }
    }

    /// <summary>Whether two do the same.</summary>
    public static bool AreEqual(in Instruction a, in Instruction b) => a.Handler == b.Handler && a.Rd == b.Rd && a.Rs1 == b.Rs1 && a.Immediate == b.Immediate;

    /// <summary>Length in entries: 1 or 2.</summary>
    public readonly int Step => (Handler & HandlerIndex.Compressed) != 0 ? 1 : 2;
}
