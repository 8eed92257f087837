// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM.Tests;

/// <summary>Random instructions that have one meaning only, out of the encodings of a processor, and random values for them.</summary>
/// <param name="random">The dice.</param>
/// <param name="decoder">The processor's decoder.</param>
/// <param name="takes">Which operations.</param>
internal sealed class RandomInstructions(Random random, Decoder decoder, Func<Op, bool> takes)
{
    private readonly Encoding[] _encodings = [.. decoder.Encodings.Where(e => takes(OpOf(decoder, e)))];

    /// <summary>One that writes none of some registers, which are bits.</summary>
    public uint Next(uint kept = 0)
    {
        while (true)
        {
            var encoding = _encodings[random.Next(_encodings.Length)];
            var bits = Fill(encoding);
            if (!encoding.IsWide && !Decoder.IsNarrow(bits)) continue;
            var i = decoder.Decode(bits, !encoding.IsWide);
            if (IsPredictable(i, bits) && (WrittenBy(i) & kept) == 0) return bits;
        }
    }

    // Bits that the manual wants zero are zero; the few that it wants otherwise are put right here.
    private uint Fill(Encoding encoding)
    {
        var isDouble = encoding.Level is Level.Double || (encoding.Level == Level.FloatV5 && encoding.Pattern[20..24] == "1011");
        var bits = encoding.Match;
        for (var i = 0; i < encoding.Pattern.Length; i++)
        {
            var letter = encoding.Pattern[i];
            if (letter is '0' or '1' or 'x') continue;
            if (isDouble && letter is 'D' or 'N' or 'M') continue;
            bits |= (uint)random.Next(2) << (encoding.Pattern.Length - 1 - i);
        }
        if ((bits & 0xFFD0_F0F0) is 0xFB90_00F0) bits |= 0xF000; // sdiv, udiv
        if ((bits & 0xFFC0_F0C0) == 0xFA80_F080 && (bits & 0x0010_0000) != 0) bits = (bits & 0xFFF0_FFFF) | (bits & 0xF) << 16; // rev and its kin, clz
        return bits;
    }

    private static bool IsPredictable(Instruction i, uint bits)
    {
        if (i.Op is Op.Undefined or Op.NoCoprocessor or Op.WithPc or Op.ToSp or Op.ToPc) return false;
        if (i.Op >= Op.VmovImmediate)
        {
            // A conversion from fixed point with more fraction bits than width is undefined, and already decoded so.
            return true;
        }
        foreach (var register in new[] { i.Rd, i.Rn, i.Rm, i.Ra })
        {
            if (register is 13 or 14 or 15) return false;
        }
        if (i.Op is >= Op.Smull and <= Op.Smlsld && i.Rd == i.Ra) return false;
        if ((i.Traits & InstructionTraits.X) != 0 && i.Op == Op.Mov) return false; // ADR: another address there
        // CMP of two low registers and MOV in the encodings for high ones are unpredictable.
        if ((bits & 0xFFFF_FF00) == 0x4500 && (bits & 0x88) == 0 && (bits & 0x40) == 0) return false;
        return true;
    }

    /// <summary>Small ones, powers of two, ends, halves alike, and any.</summary>
    public uint Integer() => random.Next(6) switch
    {
        0 => (uint)random.Next(-4, 5),
        1 => 1u << random.Next(32),
        2 => 0x7FFF_FFFF + (uint)random.Next(3),
        3 => (uint)random.Next(0x10000) * 0x10001,
        _ => (uint)random.NextInt64(1L << 32),
    };

    /// <summary>Singles, and upper halves of doubles: zeros, subnormals, ends, infinities, NaNs of both kinds, small integers.</summary>
    public uint Float()
    {
        var sign = (uint)random.Next(2) << 31;
        return sign | random.Next(12) switch
        {
            0 => 0,
            1 => (uint)random.Next(1 << 23),
            2 => 0x7F80_0000,
            3 => 0x7F80_0000 | (uint)random.Next(1 << 23),
            4 => 0x7FF0_0000 | (uint)random.Next(1 << 20),
            5 => BitConverter.SingleToUInt32Bits(random.Next(100)),
            6 => 0x3FF0_0000 + (uint)random.Next(1 << 21),
            7 => 0x0080_0000 + (uint)random.Next(1 << 20),
            8 => 0x7F00_0000 + (uint)random.Next(1 << 23),
            _ => 0x3F00_0000 + (uint)random.Next(1 << 25),
        };
    }

    // May say more than there is.
    private static uint WrittenBy(in Instruction i)
    {
        var written = i.Rd < 16 ? 1u << i.Rd : 0;
        if (i.Op is (>= Op.Smull and <= Op.Smlsld) or Op.VmovTwoSinglesToCore && i.Ra < 16) written |= 1u << i.Ra;
        return written;
    }

    private static Op OpOf(Decoder decoder, Encoding encoding)
    {
        var i = decoder.Decode(encoding.Match, !encoding.IsWide);
        return i.Op is Op.WithPc or Op.ToSp or Op.ToPc ? i.InnerOp : i.Op;
    }
}
