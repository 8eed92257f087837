// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using static EdgeHypervisor.Cores.RiscV.Tests.ProgramLayout;

namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>A program that a seed gives: its registers, its mode and its pieces. It fills one slot of an image.</summary>
internal sealed record RandomProgram
{
    public RandomProgram(ProgramIsa isa, int seed)
    {
        (Isa, Seed) = (isa, seed);
        var random = new Random(seed);
        Mode = random.Next(5) switch { 0 => Privilege.User, 1 => Privilege.Supervisor, _ => Privilege.Machine };
        Settings = new ProgramSettings(random, isa, Mode);
        for (var i = 1; i < 32; i++) X[i] = RandomValues.Integer(random);
        for (var i = 0; i < 32; i++) F[i] = RandomValues.Float(random);
        Fcsr = (uint)(random.Next(2) == 0 ? random.Next(5) << 5 : random.Next(4) == 0 ? random.Next(256) : 0);
        Start = random.Next(3) switch { 0 => 0x1000 - random.Next(64) * 4, _ => random.Next(8) * 4 } + (isa.Isa.Has(Extensions.C) ? random.Next(2) * 2 : 0);
        random.NextBytes(Memory);
        var generator = new ProgramGenerator(random, isa, Mode, Settings, (ProgramFlavour)random.Next(3));
        var pieces = generator.Draw(random.Next(4, 60));
        while (Emit(pieces, Start).Here > CodeEnd) pieces.RemoveAt(pieces.Count - 1);
        Pieces = pieces;
    }

    public ProgramIsa Isa { get; }

    public int Seed { get; }

    public Privilege Mode { get; }

    public IReadOnlyList<Piece> Pieces { get; init; }

    private ProgramSettings Settings { get; }

    private ulong[] X { get; } = new ulong[32];

    private ulong[] F { get; } = new ulong[32];

    private uint Fcsr { get; }

    private int Start { get; }

    private byte[] Memory { get; } = new byte[State - Data];

    /// <summary>Code, data and what the supervisor has to know.</summary>
    public void WriteTo(Span<byte> slot, ulong address)
    {
        var start = Start;
        var code = Emit(Pieces, start);
        code.Bytes.CopyTo(slot[start..]);
        Memory.CopyTo(slot[Data..]);
        var state = slot[State..];
        for (var i = 1; i < 32; i++) Put(state, InputX + 8 * i, X[i]);
        for (var i = 0; i < 32; i++) Put(state, InputF + 8 * i, F[i]);
        Put(state, InputFcsr, Fcsr);
        Settings.WriteTo(slot, address, start, code.Here - 4);
    }

    /// <summary>The program as text.</summary>
    public string Describe(ulong address)
    {
        var disassembler = new Disassembler(new Decoder(Isa.Isa));
        var code = Emit(Pieces, Start);
        var text = new System.Text.StringBuilder();
        text.AppendLine($"{Isa} seed {Seed}, {Mode} mode, fcsr 0x{Fcsr:x}, {Settings}");
        for (var i = 1; i < 32; i++) text.Append($"{RegisterNames.Integer[i]}=0x{X[i]:x}{(i % 4 == 0 ? '\n' : ' ')}");
        text.AppendLine();
        for (var i = 0; i < 32; i++) text.Append($"f{i}=0x{F[i]:x}{(i % 4 == 3 ? '\n' : ' ')}");
        for (var at = 0; at < code.Bytes.Length;)
        {
            var bits = Decoder.IsShort(code.Bytes[at]) ? BinaryPrimitives.ReadUInt16LittleEndian(code.Bytes[at..]) : BinaryPrimitives.ReadUInt32LittleEndian(code.Bytes[at..]);
            var place = address + (ulong)(Start + at);
            text.AppendLine($"  {place:x8}: {(Decoder.IsShort(bits) ? $"{bits:x4}    " : $"{bits:x8}")}  {disassembler.Disassemble(bits, place)}");
            at += Decoder.IsShort(bits) ? 2 : 4;
        }
        return text.ToString();
    }

    private ProgramCode Emit(IReadOnlyList<Piece> pieces, int start)
    {
        var code = new ProgramCode(Isa.Xlen, start);
        code.Add(pieces);
        code.Add(Assembler.Ecall);
        return code;
    }

    private static void Put(Span<byte> at, int offset, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(at[offset..], value);
}
