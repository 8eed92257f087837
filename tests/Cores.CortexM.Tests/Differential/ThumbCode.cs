// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM.Tests;

/// <summary>Thumb code that is being written, with branches to labels that are placed later.</summary>
/// <param name="start">The address of its first halfword.</param>
internal sealed class ThumbCode(uint start)
{
    private readonly List<ushort> _halves = [];
    private readonly List<uint?> _labels = [];
    private readonly List<(int At, int Label, BranchForm Form)> _branches = [];

    /// <summary>How a branch names its target.</summary>
    private enum BranchForm
    {
        Conditional,
        Plain,
        WideConditional,
        Wide,
        CompareZero,
        TableHalf,
    }

    /// <summary>Where the next halfword will be.</summary>
    public uint Here => start + (uint)Length * 2;

    /// <summary>Halfwords so far.</summary>
    public int Length => _halves.Count;

    public ushort[] Since(int at) => [.. _halves[at..]];

    /// <summary>All of it, with the branches filled in.</summary>
    public byte[] ToBytes()
    {
        foreach (var (at, label, form) in _branches) Fill(at, _labels[label]!.Value, form);
        _branches.Clear();
        return [.. _halves.SelectMany(h => new[] { (byte)h, (byte)(h >> 8) })];
    }

    /// <summary>An instruction: a halfword, or a word of two with the first one in the upper half.</summary>
    public void Add(uint bits)
    {
        if (bits > 0xFFFF) _halves.Add((ushort)(bits >> 16));
        _halves.Add((ushort)bits);
    }

    public void AddWord(uint value)
    {
        _halves.Add((ushort)value);
        _halves.Add((ushort)(value >> 16));
    }

    /// <summary>A constant into a register by MOVW and MOVT, which leave the flags alone.</summary>
    public void LoadWide(uint register, uint value)
    {
        Add(0xF240_0000 | register << 8 | Spread(value & 0xFFFF));
        Add(0xF2C0_0000 | register << 8 | Spread(value >> 16));
    }

    /// <summary>A constant into a low register from behind a branch, which every processor has.</summary>
    public void LoadLiteral(uint register, uint value)
    {
        var isAligned = (Here & 3) == 0;
        Add(0x4800 | register << 8 | (isAligned ? 0u : 1)); // ldr register, [pc, …]
        Add(isAligned ? 0xE001u : 0xE002); // b behind the word
        if (!isAligned) Add(0xBF00);
        AddWord(value);
    }

    public int NewLabel()
    {
        _labels.Add(null);
        return _labels.Count - 1;
    }

    /// <summary>The address of a label that has been placed.</summary>
    public uint AddressOf(int label) => _labels[label]!.Value;

    public void Place(int label) => _labels[label] = Here;

    /// <summary>A conditional branch of 16 bits: 256 bytes at most.</summary>
    public void NearBranch(uint condition, int label) => Branch(0xD000 | condition << 8, label, BranchForm.Conditional);

    /// <summary>A branch of 16 bits: 2 KiB at most.</summary>
    public void Branch(int label) => Branch(0xE000, label, BranchForm.Plain);

    public void WideBranch(uint condition, int label) => Branch(0xF000_8000 | condition << 22, label, BranchForm.WideConditional);

    public void WideBranch(int label) => Branch(0xF000_9000, label, BranchForm.Wide);

    public void Call(int label) => Branch(0xF000_D000, label, BranchForm.Wide);

    /// <summary>CBZ or CBNZ, forward by 126 bytes at most.</summary>
    public void CompareBranch(bool ifNotZero, uint register, int label) => Branch(0xB100 | (ifNotZero ? 1u << 11 : 0) | register, label, BranchForm.CompareZero);

    /// <summary>TBH over labels ahead; the register counts them.</summary>
    public void TableBranch(uint register, IReadOnlyList<int> labels)
    {
        Add(0xE8DF_F010 | register);
        var table = Length;
        foreach (var label in labels)
        {
            _branches.Add((Length, label, BranchForm.TableHalf));
            _halves.Add((ushort)table);
        }
    }

    private void Branch(uint bits, int label, BranchForm form)
    {
        _branches.Add((Length, label, form));
        Add(bits);
    }

    private void Fill(int at, uint target, BranchForm form)
    {
        var distance = (int)(target - (start + (uint)at * 2 + 4));
        switch (form)
        {
            case BranchForm.Conditional: _halves[at] |= (ushort)(Within(distance, -256, 254) >> 1 & 0xFF); break;
            case BranchForm.Plain: _halves[at] |= (ushort)(Within(distance, -2048, 2046) >> 1 & 0x7FF); break;
            case BranchForm.CompareZero: _halves[at] |= (ushort)((Within(distance, 0, 126) >> 1 & 0x1F) << 3 | (distance >> 6 & 1) << 9); break;
            case BranchForm.TableHalf: _halves[at] = (ushort)((target - (start + (uint)_halves[at] * 2)) / 2); break;
            case BranchForm.WideConditional: // S:J2:J1:imm6:imm11. Arm A7.7.12, T3
                _halves[at] |= (ushort)(Within(distance, -(1 << 20), (1 << 20) - 2) >> 12 & 0x3F | (distance >> 20 & 1) << 10);
                _halves[at + 1] |= (ushort)(distance >> 1 & 0x7FF | (distance >> 18 & 1) << 13 | (distance >> 19 & 1) << 11);
                break;
            default: // S:I1:I2:imm10:imm11, with J1 and J2 as I1 and I2 unless S. Arm A7.7.12, T4; A7.7.18
                var (sign, i1, i2) = (distance >> 24 & 1, distance >> 23 & 1, distance >> 22 & 1);
                _halves[at] |= (ushort)(distance >> 12 & 0x3FF | sign << 10);
                _halves[at + 1] |= (ushort)(distance >> 1 & 0x7FF | (1 ^ i1 ^ sign) << 13 | (1 ^ i2 ^ sign) << 11);
                break;
        }
    }

    private static int Within(int distance, int least, int most) =>
        distance >= least && distance <= most ? distance : throw new BranchException(distance);

    private static uint Spread(uint imm16) => (imm16 & 0xF000) << 4 | (imm16 & 0x800) << 15 | (imm16 & 0x700) << 4 | (imm16 & 0xFF);
}
