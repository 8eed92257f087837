// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using static EdgeHypervisor.Cores.RiscV.Tests.Assembler;

namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>Instructions in a row, with places that are filled in once their distance is known.</summary>
internal sealed class ProgramCode(int xlen, int start)
{
    private readonly List<byte> _bytes = [];
    private readonly Dictionary<string, int> _labels = [];
    private readonly List<(string Label, int At, Func<int, uint> Bits)> _open = [];

    public int Xlen => xlen;

    /// <summary>Where the next instruction comes to lie; addresses here count from the program's or image's begin.</summary>
    public int Here => start + _bytes.Count;

    public ReadOnlySpan<byte> Bytes => _bytes.ToArray();

    /// <summary>One instruction, of two bytes or four as its lowest bits say.</summary>
    public void Add(uint bits)
    {
        Hole(Decoder.IsShort(bits) ? 2 : 4);
        Fill(Here - (Decoder.IsShort(bits) ? 2 : 4), bits);
    }

    public void Add(IEnumerable<Piece> pieces)
    {
        foreach (var piece in pieces) piece.Emit(this, piece);
    }

    /// <summary>Room for an instruction that is not known yet.</summary>
    public int Hole(int bytes = 4)
    {
        var at = Here;
        _bytes.AddRange(new byte[bytes]);
        return at;
    }

    public void Fill(int at, uint bits)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(word, bits);
        for (var i = 0; i < (Decoder.IsShort(bits) ? 2 : 4); i++) _bytes[at - start + i] = word[i];
    }

    /// <summary>Names this place.</summary>
    public void Label(string label)
    {
        _labels.Add(label, Here);
        foreach (var (_, at, bits) in _open.Where(o => o.Label == label)) Fill(at, bits(Here - at));
        _open.RemoveAll(o => o.Label == label);
    }

    /// <summary>A jump or branch to a named place, before or behind.</summary>
    public void AddTo(string label, Func<int, uint> bits)
    {
        var at = Hole();
        if (_labels.TryGetValue(label, out var target)) Fill(at, bits(target - at));
        else _open.Add((label, at, bits));
    }

    public void Jump(string label) => AddTo(label, distance => Jal(Zero, distance));

    /// <summary>The address of a place of the same program.</summary>
    public void LoadAddress(int rd, int target)
    {
        var distance = target - Here;
        Add(Auipc(rd, (uint)(distance + 0x800) >> 12));
        Add(Addi(rd, rd, distance << 20 >> 20));
    }

    public void LoadConstant(int rd, long value)
    {
        var low = (int)(value << 52 >> 52);
        if (value == (int)value || xlen == 32)
        {
            var upper = (uint)((value - low) >> 12) & 0xFFFFF;
            if (upper == 0)
            {
                Add(Addi(rd, Zero, low));
                return;
            }
            Add(Lui(rd, upper));
            Add(xlen == 32 ? Addi(rd, rd, low) : I(0x1B, 0, rd, rd, low)); // addiw
            return;
        }
        LoadConstant(rd, (value - low) >> 12);
        Add(I(0x13, 1, rd, rd, 12)); // slli
        Add(Addi(rd, rd, low));
    }

    /// <summary>A load or store of a whole register.</summary>
    public void Load(int rd, int rs1, int offset) => Add(xlen == 64 ? Ld(rd, rs1, offset) : Lw(rd, rs1, offset));

    public void Store(int rs2, int rs1, int offset) => Add(xlen == 64 ? Sd(rs2, rs1, offset) : Sw(rs2, rs1, offset));
}
