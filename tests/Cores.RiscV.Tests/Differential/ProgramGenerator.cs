// SPDX-License-Identifier: Apache-2.0
using static EdgeHypervisor.Cores.RiscV.Tests.Assembler;

namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>
/// Draws the pieces of a program: instructions of every extension, accesses of every kind, loops, calls, jumps to nowhere, code that
/// changes itself, registers that are not there. What it draws ends: only counted loops go back.
/// </summary>
internal sealed partial class ProgramGenerator
{
    private const int ResumeRegister = 31;
    private readonly Random _random;
    private readonly ProgramIsa _isa;
    private readonly Privilege _mode;
    private readonly ProgramSettings _settings;
    private readonly ProgramFlavour _flavour;
    private readonly Decoder _decoder;
    private readonly Encoding[] _plain;
    private readonly Encoding[] _integer;
    private readonly Encoding[] _float;
    private readonly Encoding[] _memory;
    private readonly Encoding[] _atomic;
    private readonly bool _hasShort;

    // Counters of the loops around, return addresses of the calls around.
    private readonly List<int> _reserved = [];

    public ProgramGenerator(Random random, ProgramIsa isa, Privilege mode, ProgramSettings settings, ProgramFlavour flavour)
    {
        (_random, _isa, _mode, _settings, _flavour) = (random, isa, mode, settings, flavour);
        _decoder = new Decoder(isa.Isa);
        _hasShort = isa.Isa.Has(Extensions.C);
        var rows = EncodingTable.All().SelectMany(chapter => chapter).Where(r => r.ExistsFor(isa.Isa.Extensions, isa.Xlen)).ToArray();
        // ctzw of QEMU 7.2 counts on beyond the word, where bit manipulation 1.0.0 (2.9) says 32.
        _integer = [.. rows.Where(r => r.Op is (Op.Lui or Op.Auipc or (>= Op.Addi and <= Op.Remuw) or (>= Op.Sh1add and <= Op.CzeroNez)) and not Op.Ctzw)];
        _float = [.. rows.Where(r => r.Op is (>= Op.FmaddS and <= Op.FmvWX) or (>= Op.FmaddD and <= Op.FmvDX))];
        _plain = [.. _integer, .. _float];
        _atomic = [.. rows.Where(r => r.Op is (>= Op.AmoswapW and <= Op.AmomaxuW) or (>= Op.AmoswapD and <= Op.AmomaxuD))];
        _memory = [.. rows.Where(r => r.Op is (>= Op.Lb and <= Op.Sd) or Op.Flw or Op.Fsw or Op.Fld or Op.Fsd), .. _atomic];
    }

    /// <summary>Some pieces; deeper ones repeat less, so that a program ends soon.</summary>
    public List<Piece> Draw(int count, int depth = 0)
    {
        var pieces = new List<Piece>(count);
        for (var i = 0; i < count; i++) pieces.Add(Next(depth));
        return pieces;
    }

    private Piece Next(int depth)
    {
        if (_flavour == ProgramFlavour.Float && _random.Next(2) == 0) return Piece.Of(Instruction(_float));
        if (_flavour == ProgramFlavour.Memory && _random.Next(2) == 0) return Accesses();
        return _random.Next(depth > 2 ? 80 : 100) switch
        {
            < 44 => Piece.Of(Instruction(_plain)),
            < 60 => Accesses(),
            < 63 => Reservation(),
            < 64 => OtherRights(),
            < 69 => ControlRegister(),
            < 71 => Trap(),
            < 73 => WildJump(),
            < 75 => Illegal(),
            < 76 => WildAccess(),
            < 78 => SelfModifying(),
            < 80 => Fence(),
            < 85 => Skip(depth),
            < 93 => Loop(depth),
            < 96 => Call(depth),
            _ => Switch(depth),
        };
    }

    // An instruction that only computes, all its fields random.
    private uint Instruction(Encoding[] rows)
    {
        while (true)
        {
            var row = rows[_random.Next(rows.Length)];
            if (TryFill(row, -1, out var bits)) return bits;
        }
    }

    // The fields that a row leaves open; false where that is another instruction or spoils a register that something needs.
    private bool TryFill(Encoding row, int rs1, out uint bits)
    {
        bits = (uint)_random.NextInt64(1L << 32) & ~row.Mask | row.Match;
        if (row.LengthBytes == 2) bits = (ushort)bits;
        else if (rs1 >= 0) bits = bits & ~0x000F_8000u | (uint)rs1 << 15;
        if (row.HasRoundingMode && _random.Next(8) != 0 && (bits >> 12 & 7) is 5 or 6) bits ^= 0x4000; // mostly one that there is
        if (_decoder.Find(bits) is not { } found || (found.Op, found.Mask, found.Match) != (row.Op, row.Mask, row.Match)) return false;
        var instruction = row.Decode(bits);
        if (rs1 >= 0 && instruction.Rs1 != rs1) return false;
        return !row.HasDestination || (!_reserved.Contains(instruction.Rd) && instruction.Rd != rs1);
    }

    private int AnyRegister() => _random.Next(2) == 0 ? _random.Next(8, 16) : _random.Next(32);

    // Not a register that is needed, nor zero.
    private int FreeRegister(params ReadOnlySpan<int> others)
    {
        while (true)
        {
            var register = _random.Next(2) == 0 ? _random.Next(8, 16) : _random.Next(1, 32);
            if (!_reserved.Contains(register) && !others.Contains(register)) return register;
        }
    }

    // An address in the program's data, then some accesses around it.
    private Piece Accesses()
    {
        var rs1 = _random.Next(6) == 0 && !_reserved.Contains(2) ? 2 : FreeRegister();
        var target = DataAddress();
        var accesses = new List<uint>();
        for (var i = _random.Next(1, 5); i > 0; i--) accesses.Add(Checked(target, Access(rs1, isAligned: _random.Next(5) > 0)));
        return Piece.Of(code =>
        {
            code.LoadAddress(rs1, target);
            foreach (var bits in accesses) code.Add(bits);
        });
    }

    // The access, or nothing where protection may decide this way or that.
    private uint Checked(int target, uint bits)
    {
        var instruction = _decoder.Find(bits)!.Decode(bits);
        var size = instruction.Op switch
        {
            Op.Ld or Op.Sd or Op.Fld or Op.Fsd => 8,
            Op.Lw or Op.Lwu or Op.Sw or Op.Flw or Op.Fsw => 4,
            Op.Lh or Op.Lhu or Op.Sh => 2,
            _ => 1, // bytes, and AMOs, which are aligned or trap
        };
        return !_settings.IsProtectionOpen(target + instruction.Immediate, size) ? bits : Decoder.IsShort(bits) ? ShortNop : Addi(0, 0, 0);
    }

    private int DataAddress()
    {
        // Near the border of two pages, at the code's end, or anywhere that immediates do not lead out of.
        var target = _random.Next(6) switch
        {
            0 => 0x3000 - _random.Next(1, 16),
            1 => ProgramLayout.Data + _random.Next(0x100),
            _ => 0x2400 + _random.Next(0x1300),
        };
        // Translated, the same data is to be seen two pages higher, too.
        if (_settings.HasPaging && _mode != Privilege.Machine && target >= 0x2000 && _random.Next(3) == 0) target = (target ^ 0x1000) + 0x2000;
        return _random.Next(4) == 0 ? target : target & ~7;
    }

    private uint Access(int rs1, bool isAligned)
    {
        while (true)
        {
            var row = _memory[_random.Next(_memory.Length)];
            if (!TryFill(row, rs1, out var bits)) continue;
            if (row.LengthBytes == 2 || row.Op is >= Op.AmoswapW and <= Op.AmomaxuD) return bits;
            // The low bits of the immediate are at 20 of a load and at 7 of a store. Stores stay near, so that they do not reach into the code.
            var isStore = row.Op is (>= Op.Sb and <= Op.Sd) or Op.Fsw or Op.Fsd;
            if (isAligned) bits &= isStore ? ~(7u << 7) : ~(7u << 20);
            return isStore ? bits & 0x1FFF_FFFF : bits;
        }
    }

    // LR, at most a few instructions that only compute, and SC: nothing there is allowed to lose the reservation, and its own
    // place is not written, since whether that loses it is the implementation's choice: unprivileged specification, 8.2 and 8.3. All of it
    // where accesses are allowed and aligned: QEMU's SC that fails anyhow does not look whether it might.
    private Piece Reservation()
    {
        var rs1 = FreeRegister();
        var target = _random.Next(ProgramLayout.ProtectedEnd, ProgramLayout.State - 128) & ~7;
        var isDouble = _isa.Xlen == 64 && _random.Next(2) == 0;
        var ordering = _random.Next(4);
        _reserved.Add(rs1);
        var between = Enumerable.Range(0, _random.Next(3)).Select(_ => Instruction(_integer)).ToArray();
        _reserved.Remove(rs1);
        var (rd, result, rs2) = (FreeRegister(rs1), FreeRegister(rs1), AnyRegister());
        var isElsewhere = _random.Next(5) == 0;
        var isAlone = _random.Next(5) == 0;
        return Piece.Of(code =>
        {
            code.LoadAddress(rs1, target);
            if (!isAlone) code.Add(Amo(2, isDouble, rd, rs1, 0) | (uint)ordering << 25);
            foreach (var bits in between) code.Add(bits);
            if (isElsewhere) code.Add(Addi(rs1, rs1, 64));
            code.Add(Amo(3, isDouble, result, rs1, rs2) | (uint)ordering << 25);
        });
    }

    private Piece Trap()
    {
        uint[] traps = _mode == Privilege.Machine ? [Ecall, Ebreak] : [Ecall, Ebreak, Mret, Wfi];
        if (_hasShort) traps = [.. traps, 0x9002]; // c.ebreak
        return Piece.Of(traps[_random.Next(traps.Length)]);
    }

    private Piece Illegal()
    {
        while (true)
        {
            var bits = (uint)_random.NextInt64(1L << 32);
            if (_random.Next(2) == 0) bits |= 3;
            else if (_random.Next(20) == 0) bits = 0;
            if (Decoder.IsShort(bits)) bits = (ushort)bits;
            if (Decoder.IsShort(bits) && !_hasShort) continue;
            if (_decoder.Find(bits) is null && !IsElsewhereDefined(bits)) return Piece.Of(bits);
        }
    }

    // Fence with reserved fields is a fence: unprivileged specification, 2.7.
    private static bool IsElsewhereDefined(uint bits) => (bits & 0x707F) == 0x000F;

    // To an address where nothing is, or where no instruction may begin; x31 says where to go on.
    private Piece WildJump()
    {
        var (register, rd) = (FreeRegister(ResumeRegister), FreeRegister(ResumeRegister));
        var address = NowhereAddress();
        var isMisaligned = !_hasShort && _random.Next(2) == 0;
        var offset = _random.Next(-2048, 2048);
        if (_reserved.Contains(ResumeRegister)) return Piece.Of(Addi(0, 0, 0));
        return Piece.Of(code =>
        {
            var label = $"resume {code.Here}";
            code.AddTo(label, distance => Auipc(ResumeRegister, (uint)(distance + 0x800) >> 12));
            code.AddTo(label, distance => Addi(ResumeRegister, ResumeRegister, (distance + 4) << 20 >> 20));
            if (isMisaligned) code.Add(B(offset & 1, register, register, 6)); // taken or not
            else
            {
                code.LoadConstant(register, address);
                code.Add(Jalr(rd, register, offset));
            }
            code.Label(label);
        });
    }

    // Where neither QEMU's virt machine nor ours has anything.
    private long NowhereAddress() => _random.Next(_isa.Xlen == 64 ? 5 : 3) switch
    {
        0 => 0x1020_0000 + _random.Next(0x0800_0000),
        1 => 0x0020_0000 + _random.Next(0x0100_0000),
        2 => 0x1800_0000 + 8 * _random.Next(0x1000),
        3 => 0x20_0000_0000 + 2L * _random.Next(),
        _ => 0x4000_0000_0000 + _random.NextInt64(1L << 45),
    };

    private Piece WildAccess()
    {
        var rs1 = FreeRegister();
        if (_mode != Privilege.Machine && _random.Next(2) == 0) return Piece.Of(AnyLoad());
        var address = NowhereAddress() & ~7;
        // Neither an AMO nor misaligned: QEMU's AMO faults there as the load that it begins with, and the value of a misaligned access is
        // an address that it does not touch (privileged specification, 3.1.15 and 3.1.16).
        uint bits;
        do bits = Access(rs1, isAligned: true);
        while ((bits & 0x7F) == 0x2F);
        return Piece.Of(code =>
        {
            code.LoadConstant(rs1, address);
            code.Add(bits);
        });
    }

    private Piece Fence() => Piece.Of(_random.Next(3) switch
    {
        0 => FenceI,
        1 => (uint)_random.NextInt64(1L << 32) & 0xFFF0_0000 | 0x0F,
        _ => _mode == Privilege.User || _random.Next(2) == 0 ? 0x1200_0073u : 0x1200_0073 | (uint)_random.Next(32) << 20 | (uint)_random.Next(32) << 15,
    });
}
