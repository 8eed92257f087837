// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace EdgeHypervisor.Cores.CortexM.Tests;

/// <summary>
/// A program of many independent pieces: each loads all registers and flags from memory, runs some random instructions,
/// and stores all registers and flags. The same bytes run here and as a Linux program under QEMU's user mode, whose
/// Thumb instruction set is the same as far as these instructions go.
/// </summary>
internal sealed class RandomProgram
{
    public const uint CodeStart = 0x0001_0000;
    public const uint DataStart = 0x2000_0000;
    public const int ScratchBytes = 4096;
    private const int StateWords = 32 + 2 + 13;
    private readonly Random _random;
    private readonly Encoding[] _encodings;
    private readonly Decoder _decoder;
    private readonly List<ushort> _code = [];
    private readonly byte[] _data;

    public RandomProgram(int seed, Decoder decoder, int pieces, int instructions, Func<Op, bool> takes)
    {
        _random = new Random(seed);
        _decoder = decoder;
        _encodings = [.. decoder.Encodings.Where(e => takes(OpOf(e)))];
        _data = new byte[ScratchBytes + pieces * StateWords * 8];
        _random.NextBytes(_data.AsSpan(0, ScratchBytes));
        Word(0x2000_0000 + ScratchBytes); // the vector table of our processor
        Word(Entry | 1);
        for (var piece = 0; piece < pieces; piece++) AddPiece(piece, pieces, instructions);
        End = CodeStart + (uint)_code.Count * 2;
        AddExit();
    }

    public static uint Entry => CodeStart + 8;

    /// <summary>Where the pieces end; from here on Linux is asked to write the data out.</summary>
    public uint End { get; }

    public byte[] Code => [.. _code.SelectMany(h => new[] { (byte)h, (byte)(h >> 8) })];

    public ReadOnlySpan<byte> Data => _data;

    /// <summary>What piece of the output a byte belongs to, in words.</summary>
    public string Describe(int offset)
    {
        if (offset < ScratchBytes) return $"scratch memory + 0x{offset:x}";
        var word = (offset - ScratchBytes) / 4;
        var half = _data.Length / 8 - ScratchBytes / 8;
        var output = word - half;
        var (piece, index) = (output / StateWords, output % StateWords);
        var name = index < 13 ? $"r{index}" : index == 13 ? "apsr" : index == 14 ? "fpscr" : $"s{index - 15}";
        return $"piece {piece}, {name}: {string.Join(" ", Pieces[piece].Select(h => h.ToString("x4", null)))}";
    }

    /// <summary>The random instructions of each piece.</summary>
    public List<ushort[]> Pieces { get; } = [];

    private Op OpOf(Encoding encoding)
    {
        var i = _decoder.Decode(encoding.Match, !encoding.IsWide);
        return i.Op is Op.WithPc or Op.ToSp or Op.ToPc ? i.InnerOp : i.Op;
    }

    private void AddPiece(int piece, int pieces, int instructions)
    {
        var input = ScratchBytes + piece * StateWords * 4;
        FillInput(_data.AsSpan(input, StateWords * 4));
        LoadAddress(14, DataStart + (uint)input);
        Wide(0xECBE_0A20); // vldmia lr!, {s0-s31}
        Wide(0xF85E_0B04); // ldr r0, [lr], #4
        Wide(0xEEE1_0A10); // vmsr fpscr, r0
        Wide(0xF85E_0B04);
        Wide(0xF380_8C00); // msr apsr_nzcvqg, r0
        Wide(0xE89E_1FFF); // ldm lr, {r0-r12}
        var first = _code.Count;
        for (var i = 0; i < instructions; i++) AddRandom();
        Pieces.Add([.. _code[first..]]);
        LoadAddress(14, DataStart + (uint)(ScratchBytes + (pieces + piece) * StateWords * 4));
        Wide(0xE8AE_1FFF); // stmia lr!, {r0-r12}
        Wide(0xF3EF_8000); // mrs r0, apsr
        Wide(0xF000_4078); // and r0, r0, #0xf8000000: below are the mode bits of a Linux program
        Wide(0xF84E_0B04); // str r0, [lr], #4
        Wide(0xEEF1_0A10); // vmrs r0, fpscr
        Wide(0xF84E_0B04);
        Wide(0xECAE_0A20); // vstmia lr!, {s0-s31}
    }

    private void AddExit()
    {
        _code.Add(0x2704); // movs r7, #4: write
        _code.Add(0x2001);
        LoadAddress(1, DataStart);
        LoadAddress(2, (uint)_data.Length);
        _code.Add(0xDF00);
        _code.Add(0x2701); // exit
        _code.Add(0x2000);
        _code.Add(0xDF00);
    }

    private void AddRandom()
    {
        switch (_random.Next(10))
        {
            case 0: AddIfThen(); break;
            case 1: AddBranchOver(); break;
            case 2: AddMemory(); break;
            default: AddInstruction(RandomInstruction()); break;
        }
    }

    private void AddIfThen()
    {
        var condition = (uint)_random.Next(14);
        var (accesses, n) = (_random.Next(3) == 0, (uint)_random.Next(8));
        if (accesses) LoadAddress(n, DataStart + 512);
        var count = 1 + _random.Next(4);
        var mask = 1u << (4 - count);
        for (var i = 1; i < count; i++) mask |= (uint)_random.Next(2) << (4 - i);
        // Then and else are said relative to the condition's lowest bit.
        _code.Add((ushort)(0xBF00 | condition << 4 | mask));
        if (accesses) _code.Add((ushort)((_random.Next(2) == 0 ? 0x6000u : 0x6800u) | (uint)_random.Next(32) << 6 | n << 3 | (n + 1) % 8)); // str or ldr
        for (var i = accesses ? 1 : 0; i < count; i++) AddInstruction(RandomInstruction());
    }

    private void AddBranchOver()
    {
        var over = RandomInstruction();
        var distance = over > 0xFFFF ? 1u : 0; // from the branch plus 4
        if (_random.Next(2) == 0) _code.Add((ushort)(0xD000 | (uint)_random.Next(14) << 8 | distance));
        else _code.Add((ushort)(0xB100 | (uint)_random.Next(2) << 11 | distance << 3 | (uint)_random.Next(8)));
        AddInstruction(over);
    }

    // A base that points into the scratch memory, then one access near it.
    private void AddMemory()
    {
        var n = (uint)_random.Next(8);
        LoadAddress(n, DataStart + 512 + (uint)_random.Next(2048) * (_random.Next(4) == 0 ? 1u : 4u) % 2048);
        var (t, t2) = ((n + 1 + (uint)_random.Next(6)) % 8, 8u);
        var imm = (uint)_random.Next(32);
        switch (_random.Next(12))
        {
            case 0: _code.Add((ushort)(0x6000 | imm << 6 | n << 3 | t)); break; // str
            case 1: _code.Add((ushort)(0x6800 | imm << 6 | n << 3 | t)); break; // ldr
            case 2: _code.Add((ushort)(0x7000 | imm << 6 | n << 3 | t)); break;
            case 3: _code.Add((ushort)(0x7800 | imm << 6 | n << 3 | t)); break;
            case 4: _code.Add((ushort)(0x8000 | imm << 6 | n << 3 | t)); break;
            case 5: _code.Add((ushort)(0x8800 | imm << 6 | n << 3 | t)); break;
            case 6: Wide(0xF910_0F00 | n << 16 | t << 12 | (uint)_random.Next(256)); break; // ldrsb t, [n, #imm]!
            case 7: Wide(0xF930_0900 | n << 16 | t << 12 | (uint)_random.Next(256) | (uint)_random.Next(2) << 9); break; // ldrsh, after
            case 8: Wide(0xF840_0900 | n << 16 | t << 12 | (uint)_random.Next(256) | (uint)_random.Next(2) << 9); break; // str, after
            case 9: LoadAddress(n, DataStart + 1024); Wide(0xE950_0000 | n << 16 | t << 12 | t2 << 8 | (uint)_random.Next(64) | (uint)_random.Next(2) << 23); break; // ldrd
            case 10: LoadAddress(n, DataStart + 1024); Wide(0xE8A0_0000 | n << 16 | (0x1F00 & (uint)_random.Next(0x2000)) | 0x300); break; // stmia n!, {…}
            default: LoadAddress(n, DataStart + 1024); Wide(0xE910_0000 | n << 16 | (0x1F00 & (uint)_random.Next(0x2000)) | 0x300); break; // ldmdb n, {…}
        }
    }

    private uint RandomInstruction()
    {
        while (true)
        {
            var encoding = _encodings[_random.Next(_encodings.Length)];
            var bits = Fill(encoding);
            if (!encoding.IsWide && !Decoder.IsNarrow(bits)) continue;
            var i = _decoder.Decode(bits, !encoding.IsWide);
            if (IsPredictable(i, bits)) return bits;
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
            bits |= (uint)_random.Next(2) << (encoding.Pattern.Length - 1 - i);
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

    private void FillInput(Span<byte> input)
    {
        for (var i = 0; i < 32; i++) BinaryPrimitives.WriteUInt32LittleEndian(input[(i * 4)..], RandomFloat());
        BinaryPrimitives.WriteUInt32LittleEndian(input[128..], _random.Next(3) == 0 ? (uint)_random.NextInt64(1L << 32) & 0xF7C0_009F : _random.Next(2) == 0 ? 0u : 0x10);
        BinaryPrimitives.WriteUInt32LittleEndian(input[132..], (uint)_random.NextInt64(1L << 32) & 0xF80F_0000);
        for (var i = 0; i < 13; i++) BinaryPrimitives.WriteUInt32LittleEndian(input[(136 + i * 4)..], RandomInteger());
    }

    private uint RandomInteger() => _random.Next(6) switch
    {
        0 => (uint)_random.Next(-4, 5),
        1 => 1u << _random.Next(32),
        2 => 0x7FFF_FFFF + (uint)_random.Next(3),
        3 => (uint)_random.Next(0x10000) * 0x10001,
        _ => (uint)_random.NextInt64(1L << 32),
    };

    // Singles, and upper halves of doubles: zeros, subnormals, ends, infinities, NaNs of both kinds, small integers.
    private uint RandomFloat()
    {
        var sign = (uint)_random.Next(2) << 31;
        return sign | _random.Next(12) switch
        {
            0 => 0,
            1 => (uint)_random.Next(1 << 23),
            2 => 0x7F80_0000,
            3 => 0x7F80_0000 | (uint)_random.Next(1 << 23),
            4 => 0x7FF0_0000 | (uint)_random.Next(1 << 20),
            5 => BitConverter.SingleToUInt32Bits(_random.Next(100)),
            6 => 0x3FF0_0000 + (uint)_random.Next(1 << 21),
            7 => 0x0080_0000 + (uint)_random.Next(1 << 20),
            8 => 0x7F00_0000 + (uint)_random.Next(1 << 23),
            _ => 0x3F00_0000 + (uint)_random.Next(1 << 25),
        };
    }

    private void LoadAddress(uint register, uint value)
    {
        Wide(0xF240_0000 | register << 8 | Spread(value & 0xFFFF));
        Wide(0xF2C0_0000 | register << 8 | Spread(value >> 16));
    }

    private static uint Spread(uint imm16) => (imm16 & 0xF000) << 4 | (imm16 & 0x800) << 15 | (imm16 & 0x700) << 4 | (imm16 & 0xFF);

    private void AddInstruction(uint bits)
    {
        if (bits > 0xFFFF) Wide(bits);
        else _code.Add((ushort)bits);
    }

    private void Wide(uint bits)
    {
        _code.Add((ushort)(bits >> 16));
        _code.Add((ushort)bits);
    }

    private void Word(uint value)
    {
        _code.Add((ushort)value);
        _code.Add((ushort)(value >> 16));
    }
}
