// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Cores.CortexM.Tests;

/// <summary>
/// A program of many independent pieces: each loads all registers and flags from memory, runs some random instructions,
/// and stores all registers and flags. The same bytes run here and as a Linux program under QEMU's user mode, whose
/// Thumb instruction set is the same as far as these instructions go.
/// </summary>
internal sealed class RandomProgram
{
    private const uint CodeStart = 0x0001_0000;
    private const uint DataStart = 0x2000_0000;
    private const uint OtherStart = 0x3000_0000;
    private const uint Entry = CodeStart + 8;
    private const int ScratchBytes = 4096;
    private const int StateWords = 32 + 2 + 13;
    private readonly Random _random;
    private readonly RandomInstructions _instructions;
    private readonly ThumbCode _code = new(CodeStart);
    private readonly byte[] _data;

    /// <param name="seed">What it is made of.</param>
    /// <param name="decoder">The processor's.</param>
    /// <param name="pieces">How many.</param>
    /// <param name="instructions">How many in each.</param>
    /// <param name="takes">Which operations.</param>
    /// <param name="isFar">Whether the stack is in other memory than the data, which translated code does not reach by itself then.</param>
    public RandomProgram(int seed, Decoder decoder, int pieces, int instructions, Func<Op, bool> takes, bool isFar)
    {
        _random = new Random(seed);
        _instructions = new RandomInstructions(_random, decoder, takes);
        _data = new byte[ScratchBytes + pieces * StateWords * 8];
        _random.NextBytes(_data.AsSpan(0, ScratchBytes));
        _code.AddWord(isFar ? OtherStart + RamRegion.PageBytes : DataStart + ScratchBytes); // the vector table of our processor
        _code.AddWord(Entry | 1);
        for (var piece = 0; piece < pieces; piece++) AddPiece(piece, pieces, instructions);
        var end = _code.Here;
        ProgramImage.AddExit(_code, DataStart, (uint)_data.Length);
        Image = new ProgramImage([(CodeStart, _code.ToBytes()), (DataStart, _data), (OtherStart, new byte[RamRegion.PageBytes])], Entry, end, DataStart, _data.Length);
    }

    public ProgramImage Image { get; }

    /// <summary>The random instructions of each piece.</summary>
    public List<ushort[]> Pieces { get; } = [];

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

    private void AddPiece(int piece, int pieces, int instructions)
    {
        var input = ScratchBytes + piece * StateWords * 4;
        FillInput(_data.AsSpan(input, StateWords * 4));
        _code.LoadWide(14, DataStart + (uint)input);
        _code.Add(0xECBE_0A20); // vldmia lr!, {s0-s31}
        _code.Add(0xF85E_0B04); // ldr r0, [lr], #4
        _code.Add(0xEEE1_0A10); // vmsr fpscr, r0
        _code.Add(0xF85E_0B04);
        _code.Add(0xF380_8C00); // msr apsr_nzcvqg, r0
        _code.Add(0xE89E_1FFF); // ldm lr, {r0-r12}
        var first = _code.Length;
        for (var i = 0; i < instructions; i++) AddRandom();
        Pieces.Add(_code.Since(first));
        _code.LoadWide(14, DataStart + (uint)(ScratchBytes + (pieces + piece) * StateWords * 4));
        _code.Add(0xE8AE_1FFF); // stmia lr!, {r0-r12}
        _code.Add(0xF3EF_8000); // mrs r0, apsr
        _code.Add(0xF000_4078); // and r0, r0, #0xf8000000: below are the mode bits of a Linux program
        _code.Add(0xF84E_0B04); // str r0, [lr], #4
        _code.Add(0xEEF1_0A10); // vmrs r0, fpscr
        _code.Add(0xF84E_0B04);
        _code.Add(0xECAE_0A20); // vstmia lr!, {s0-s31}
    }

    private void AddRandom()
    {
        switch (_random.Next(10))
        {
            case 0: AddIfThen(); break;
            case 1: AddBranchOver(); break;
            case 2: AddMemory(); break;
            default: _code.Add(_instructions.Next()); break;
        }
    }

    private void AddIfThen()
    {
        var condition = (uint)_random.Next(14);
        var (accesses, n) = (_random.Next(3) == 0, (uint)_random.Next(8));
        if (accesses) _code.LoadWide(n, DataStart + 512);
        var count = 1 + _random.Next(4);
        var mask = 1u << (4 - count);
        for (var i = 1; i < count; i++) mask |= (uint)_random.Next(2) << (4 - i);
        // Then and else are said relative to the condition's lowest bit.
        _code.Add(0xBF00 | condition << 4 | mask);
        if (accesses) _code.Add((_random.Next(2) == 0 ? 0x6000u : 0x6800u) | (uint)_random.Next(32) << 6 | n << 3 | (n + 1) % 8); // str or ldr
        for (var i = accesses ? 1 : 0; i < count; i++) _code.Add(_instructions.Next());
    }

    private void AddBranchOver()
    {
        var over = _instructions.Next();
        var distance = over > 0xFFFF ? 1u : 0; // from the branch plus 4
        if (_random.Next(2) == 0) _code.Add(0xD000 | (uint)_random.Next(14) << 8 | distance);
        else _code.Add(0xB100 | (uint)_random.Next(2) << 11 | distance << 3 | (uint)_random.Next(8));
        _code.Add(over);
    }

    // A base that points into the scratch memory, then one access near it.
    private void AddMemory()
    {
        var n = (uint)_random.Next(8);
        _code.LoadWide(n, DataStart + 512 + (uint)_random.Next(2048) * (_random.Next(4) == 0 ? 1u : 4u) % 2048);
        var (t, t2) = ((n + 1 + (uint)_random.Next(6)) % 8, 8u);
        var imm = (uint)_random.Next(32);
        switch (_random.Next(12))
        {
            case 0: _code.Add(0x6000 | imm << 6 | n << 3 | t); break; // str
            case 1: _code.Add(0x6800 | imm << 6 | n << 3 | t); break; // ldr
            case 2: _code.Add(0x7000 | imm << 6 | n << 3 | t); break;
            case 3: _code.Add(0x7800 | imm << 6 | n << 3 | t); break;
            case 4: _code.Add(0x8000 | imm << 6 | n << 3 | t); break;
            case 5: _code.Add(0x8800 | imm << 6 | n << 3 | t); break;
            case 6: _code.Add(0xF910_0F00 | n << 16 | t << 12 | (uint)_random.Next(256)); break; // ldrsb t, [n, #imm]!
            case 7: _code.Add(0xF930_0900 | n << 16 | t << 12 | (uint)_random.Next(256) | (uint)_random.Next(2) << 9); break; // ldrsh, after
            case 8: _code.Add(0xF840_0900 | n << 16 | t << 12 | (uint)_random.Next(256) | (uint)_random.Next(2) << 9); break; // str, after
            case 9: _code.LoadWide(n, DataStart + 1024); _code.Add(0xE950_0000 | n << 16 | t << 12 | t2 << 8 | (uint)_random.Next(64) | (uint)_random.Next(2) << 23); break; // ldrd
            case 10: _code.LoadWide(n, DataStart + 1024); _code.Add(0xE8A0_0000 | n << 16 | (0x1F00 & (uint)_random.Next(0x2000)) | 0x300); break; // stmia n!, {…}
            default: _code.LoadWide(n, DataStart + 1024); _code.Add(0xE910_0000 | n << 16 | (0x1F00 & (uint)_random.Next(0x2000)) | 0x300); break; // ldmdb n, {…}
        }
    }

    private void FillInput(Span<byte> input)
    {
        for (var i = 0; i < 32; i++) BinaryPrimitives.WriteUInt32LittleEndian(input[(i * 4)..], _instructions.Float());
        BinaryPrimitives.WriteUInt32LittleEndian(input[128..], _random.Next(3) == 0 ? (uint)_random.NextInt64(1L << 32) & 0xF7C0_009F : _random.Next(2) == 0 ? 0u : 0x10);
        BinaryPrimitives.WriteUInt32LittleEndian(input[132..], (uint)_random.NextInt64(1L << 32) & 0xF80F_0000);
        for (var i = 0; i < 13; i++) BinaryPrimitives.WriteUInt32LittleEndian(input[(136 + i * 4)..], _instructions.Integer());
    }
}
