// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace EdgeHypervisor.Cores.CortexM.Tests;

/// <summary>Where a program has what it works on.</summary>
internal enum FlowLayout
{
    /// <summary>The code by itself; data and stack in one other memory.</summary>
    Apart,

    /// <summary>Code, data and stack in three memories.</summary>
    Far,

    /// <summary>Everything in one memory, and data between the code of each page.</summary>
    Beside,
}

/// <summary>
/// A program of random functions: loops in loops, branches forward and back, calls, tables of branches, IT blocks at the
/// ends of blocks, loads and stores by registers that move along, and flags that are set in one block and read in others. Each piece loads all registers and
/// flags from memory and stores them at its end.
/// </summary>
internal sealed partial class FlowProgram
{
    private const uint CodeStart = 0x0001_0000;
    private const uint DataStart = 0x2000_0000;
    private const uint StackStart = 0x3000_0000;
    private const int VectorBytes = 17 * 4; // up to interrupt 0
    private const int HoleBytes = 768;
    private const int ScratchBytes = 64 * 1024;
    private const int StackBytes = 8 * 1024;
    private const int MaximumCodeBytes = 64 * 1024;
    private const int FloatWords = 33;
    private const int Functions = 5;
    private readonly Random _random;
    private readonly RandomInstructions _instructions;
    private readonly ThumbCode _code = new(CodeStart);
    private readonly FlowLayout _layout;
    private readonly bool _isV7;
    private readonly bool _hasFloat;
    private readonly int _pieces;
    private readonly uint _dataStart;
    private readonly uint _stackTop;
    private readonly List<uint> _holes = [];
    private readonly List<Function> _functions = [];

    /// <param name="seed">What it is made of.</param>
    /// <param name="cpu">The processor.</param>
    /// <param name="pieces">How many.</param>
    public FlowProgram(int seed, string cpu, int pieces)
    {
        _random = new Random(seed);
        _layout = (FlowLayout)(seed % 3);
        var fpu = ProgramMachine.FpuOf(cpu);
        (_isV7, _hasFloat, _pieces) = (cpu is not ("cortex-m0" or "cortex-m0plus"), fpu != FpuKind.None, pieces);
        var decoder = new Decoder(_isV7, _isV7 && cpu != "cortex-m3", fpu, isFpV5: fpu == FpuKind.Dp);
        var isFloat = _hasFloat && _random.Next(3) == 0;
        _instructions = new RandomInstructions(_random, decoder, op => op is (>= Op.And and <= Op.Mul) or (>= Op.Movt and <= Op.Smlsld) || (isFloat && op >= Op.VmovImmediate));
        _dataStart = _layout == FlowLayout.Beside ? CodeStart + MaximumCodeBytes : DataStart;
        _stackTop = (_layout == FlowLayout.Far ? StackStart : _dataStart + (uint)DataBytes) + StackBytes;
        Image = Write();
    }

    public ProgramImage Image { get; }

    private int StateWords => 14 + (_hasFloat ? FloatWords : 0);

    private int DataBytes => ScratchBytes + _pieces * StateWords * 8;

    private uint InputOf(int piece) => _dataStart + ScratchBytes + (uint)(piece * StateWords * 4);

    private uint OutputOf(int piece) => InputOf(_pieces + piece);

    /// <summary>What a byte of the output is.</summary>
    public string Describe(int offset)
    {
        var at = Image.OutputAt + (uint)offset;
        if (at < OutputOf(0)) return $"{_layout}, memory at 0x{at:x}";
        var word = (int)(at - OutputOf(0)) / 4;
        var (piece, index) = (word / StateWords, word % StateWords);
        var name = index switch { < 7 => $"r{index + 1}", 7 => "r0", 8 => "apsr", < 14 => $"r{index - 1}", 14 => "fpscr", _ => $"s{index - 15}" };
        return $"{_layout}, piece {piece} of {_pieces}, {name}";
    }

    private ProgramImage Write()
    {
        for (var word = 0; word < VectorBytes / 4; word++) _code.AddWord(0);
        AddHole();
        for (var function = 0; function < Functions; function++) AddFunction(function);
        AddHole();
        var entry = _code.Here;
        _code.LoadLiteral(0, _stackTop);
        _code.Add(0x4685); // mov sp, r0
        for (var piece = 0; piece < _pieces; piece++) AddPiece(piece);
        var end = _code.Here;
        var (outputAt, outputBytes) = _layout == FlowLayout.Beside ? (CodeStart, (uint)(MaximumCodeBytes + DataBytes)) : (_dataStart, (uint)DataBytes);
        ProgramImage.AddExit(_code, outputAt, outputBytes);
        while ((_code.Here & 3) != 0) _code.Add(0xBF00);
        var handler = _code.Here;
        foreach (var half in new uint[] { 0x2000, 0x2101, 0x4288, 0x46F4, 0x4770 }) _code.Add(half); // movs r0, #0; movs r1, #1; cmp r0, r1; mov r12, lr; bx lr
        return new ProgramImage(Segments(entry, handler), entry, end, outputAt, (int)outputBytes);
    }

    private IReadOnlyList<(uint At, byte[] Bytes)> Segments(uint entry, uint handler)
    {
        var code = _code.ToBytes();
        if (code.Length > MaximumCodeBytes) throw new InvalidOperationException($"{code.Length} bytes of code");
        BinaryPrimitives.WriteUInt32LittleEndian(code, _stackTop);
        BinaryPrimitives.WriteUInt32LittleEndian(code.AsSpan(4), entry | 1);
        BinaryPrimitives.WriteUInt32LittleEndian(code.AsSpan(VectorBytes - 4), handler | 1);
        var data = new byte[DataBytes + StackBytes];
        _random.NextBytes(data.AsSpan(0, ScratchBytes));
        for (var piece = 0; piece < _pieces; piece++) FillInput(data.AsSpan((int)(InputOf(piece) - _dataStart)));
        return _layout switch
        {
            FlowLayout.Apart => [(CodeStart, code), (DataStart, data)],
            FlowLayout.Far => [(CodeStart, code), (DataStart, data), (StackStart, new byte[StackBytes])],
            _ => [(CodeStart, [.. code, .. new byte[MaximumCodeBytes - code.Length], .. data])],
        };
    }

    private void FillInput(Span<byte> input)
    {
        var words = new uint[StateWords];
        var at = 0;
        if (_hasFloat)
        {
            for (; at < 32; at++) words[at] = _instructions.Float();
            words[at++] = _random.Next(2) == 0 ? 0 : (uint)_random.NextInt64(1L << 32) & 0x07C0_009F;
        }
        words[at++] = (uint)_random.NextInt64(1L << 32) & (_isV7 ? 0xF80F_0000 : 0xF000_0000);
        while (at < words.Length) words[at++] = _instructions.Integer();
        for (var word = 0; word < words.Length; word++) BinaryPrimitives.WriteUInt32LittleEndian(input[(word * 4)..], words[word]);
    }

    private void AddPiece(int piece)
    {
        LoadConstant(0, InputOf(piece));
        if (_hasFloat)
        {
            _code.Add(0xECB0_0A20); // vldmia r0!, {s0-s31}
            _code.Add(0xC802); // ldmia r0!, {r1}
            _code.Add(0xEEE1_1A10); // vmsr fpscr, r1
        }
        _code.Add(0xC87E); // ldmia r0!, {r1-r6}
        _code.Add(_isV7 ? 0xF381_8C00u : 0xF381_8800); // msr apsr, r1
        foreach (var move in new uint[] { 0x4690, 0x4699, 0x46A2, 0x46AB, 0x46B4 }) _code.Add(move); // mov r8 to r12, r2 to r6
        _code.Add(0xC8FF); // ldmia r0, {r0-r7}
        AddStatements(depth: 0, times: 1, kept: 0, callsFrom: 0);
        _code.Add(0x4686); // mov lr, r0
        LoadConstant(0, OutputOf(piece));
        _code.Add(0xC0FE); // stmia r0!, {r1-r7}
        _code.Add(0x4671); // mov r1, lr
        _code.Add(0xC002); // stmia r0!, {r1}
        _code.Add(0xF3EF_8100); // mrs r1, apsr
        _code.Add(_isV7 ? 0x0EC9u : 0x0F09); // lsrs r1, #27, or #28: below are the mode bits of a Linux program, and Armv6-M has no Q
        _code.Add(_isV7 ? 0x06C9u : 0x0709); // lsls r1
        _code.Add(0xC002);
        foreach (var move in new uint[] { 0x4641, 0x464A, 0x4653, 0x465C, 0x4665 }) _code.Add(move); // mov r1 to r5, r8 to r12
        _code.Add(0xC03E); // stmia r0!, {r1-r5}
        if (_hasFloat)
        {
            _code.Add(0xEEF1_1A10); // vmrs r1, fpscr
            _code.Add(0xC002);
            _code.Add(0xECA0_0A20); // vstmia r0!, {s0-s31}
        }
        if (_random.Next(3) == 0) AddHole();
    }

    // Data among the code, which is jumped over: all of it may be written.
    private void AddHole()
    {
        if (_layout != FlowLayout.Beside) return;
        var behind = _code.NewLabel();
        _code.Branch(behind);
        while ((_code.Here & 3) != 0) _code.Add(0xBF00);
        _holes.Add(_code.Here);
        for (var word = 0; word < HoleBytes / 4; word++) _code.AddWord((uint)_random.NextInt64(1L << 32));
        _code.Place(behind);
    }

    // The flags stay as they are.
    private void LoadConstant(uint register, uint value)
    {
        if (_isV7 && _random.Next(3) != 0) _code.LoadWide(register, value);
        else _code.LoadLiteral(register, value);
    }

    /// <summary>A function that others call.</summary>
    /// <param name="Label">Where it begins.</param>
    /// <param name="Cost">Instructions at most, about.</param>
    private sealed record Function(int Label, int Cost);
}
