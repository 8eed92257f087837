// SPDX-License-Identifier: Apache-2.0
using static EdgeHypervisor.Cores.RiscV.Tests.Assembler;

namespace EdgeHypervisor.Cores.RiscV.Tests;

internal sealed partial class ProgramGenerator
{
    private static readonly int[] Conditions = [0, 1, 4, 5, 6, 7];

    // A branch forward over some pieces.
    private Piece Skip(int depth)
    {
        var isShort = _hasShort && _random.Next(3) == 0;
        var condition = isShort ? _random.Next(2) : Conditions[_random.Next(Conditions.Length)];
        var (rs1, rs2) = isShort ? (_random.Next(8, 16), 0) : (AnyRegister(), AnyRegister());
        return new Piece(
            (code, piece) =>
            {
                var at = code.Hole(isShort ? 2 : 4);
                code.Add(piece.Children);
                var distance = code.Here - at;
                if (isShort) code.Fill(at, distance < 256 ? ShortBranch(condition, rs1, distance) : ShortNop);
                else code.Fill(at, distance < 4096 ? B(condition, rs1, rs2, distance) : Addi(0, 0, 0));
            },
            Draw(_random.Next(1, 4), depth + 1));
    }

    private Piece Loop(int depth)
    {
        var counter = FreeRegister();
        var times = depth > 0 ? _random.Next(2, 5) : _random.Next(10) == 0 ? _random.Next(40, 120) : _random.Next(2, 10);
        var isShort = _hasShort && counter is >= 8 and < 16;
        _reserved.Add(counter);
        var children = Draw(_random.Next(1, depth > 0 ? 4 : 8), depth + 1);
        _reserved.Remove(counter);
        return new Piece(
            (code, piece) =>
            {
                code.Add(Addi(counter, 0, times));
                var head = code.Here;
                code.Add(piece.Children);
                code.Add(isShort ? 0x0001u | 1 << 12 | (uint)counter << 7 | 0x1F << 2 : Addi(counter, counter, -1)); // c.addi
                var distance = head - code.Here;
                if (isShort && distance >= -256) code.Add(ShortBranch(1, counter, distance));
                else if (distance >= -4096) code.Add(Bne(counter, 0, distance));
            },
            children);
    }

    // A function and two calls of it: by distance, and by address.
    private Piece Call(int depth)
    {
        var link = _random.Next(3) == 0 ? FreeRegister() : _reserved.Contains(Ra) ? FreeRegister() : Ra;
        var pointer = FreeRegister(link);
        var returnsShort = _hasShort && _random.Next(2) == 0;
        _reserved.Add(link);
        var children = Draw(_random.Next(1, 4), depth + 1);
        _reserved.Remove(link);
        return new Piece(
            (code, piece) =>
            {
                var over = code.Hole();
                var function = code.Here;
                code.Add(piece.Children);
                code.Add(returnsShort ? 0x8002u | (uint)link << 7 : Jalr(0, link, 0));
                code.Fill(over, Jal(0, code.Here - over));
                code.Add(Jal(link, function - code.Here));
                code.LoadAddress(pointer, function);
                code.Add(Jalr(link, pointer, 0));
            },
            children);
    }

    // A jump to one of two places, by a register's bit.
    private Piece Switch(int depth)
    {
        var pointer = FreeRegister();
        var (selector, bit) = (FreeRegister(pointer), FreeRegister(pointer));
        return new Piece(
            (code, piece) =>
            {
                code.Add(I(0x13, 7, bit, selector, 4)); // andi
                code.Add(Auipc(pointer, 0));
                code.Add(Add(pointer, pointer, bit));
                code.Add(Jalr(0, pointer, 12));
                var first = code.Hole();
                var second = code.Hole();
                code.Fill(first, Jal(0, code.Here - first));
                code.Add(piece.Children);
                code.Fill(second, Jal(0, code.Here - second));
            },
            Draw(_random.Next(1, 4), depth + 1));
    }

    // A loop whose instruction is another one the second time. fence.i is between: unprivileged specification, chapter 3.
    private Piece SelfModifying()
    {
        var counter = FreeRegister();
        var value = FreeRegister(counter);
        var pointer = FreeRegister(counter, value);
        _reserved.AddRange([counter, value, pointer]);
        var (before, after) = (LongInstruction(), LongInstruction());
        _reserved.RemoveRange(_reserved.Count - 3, 3);
        var times = _random.Next(2, 6);
        var writesAtOnce = _random.Next(2) == 0;
        return Piece.Of(code =>
        {
            code.Add(Addi(counter, 0, times));
            var place = code.Here;
            code.Add(before);
            code.LoadAddress(pointer, place);
            code.LoadConstant(value, (int)after);
            if (writesAtOnce) code.Add(Sw(value, pointer, 0));
            else
            {
                code.Add(S(1, pointer, value, 0)); // sh
                code.Add(I(0x13, 5, value, value, 16)); // srli
                code.Add(S(1, pointer, value, 2));
            }
            code.Add(FenceI);
            code.Add(Addi(counter, counter, -1));
            code.Add(Bne(counter, 0, place - code.Here));
        });
    }

    private uint LongInstruction()
    {
        while (true)
        {
            if (Instruction(_plain) is var bits && !Decoder.IsShort(bits)) return bits;
        }
    }

    private const uint ShortNop = 0x0001;

    // c.beqz and c.bnez.
    private static uint ShortBranch(int condition, int rs1, int distance) =>
        (uint)((6 + condition) << 13 | (distance >> 8 & 1) << 12 | (distance >> 3 & 3) << 10 | (rs1 - 8) << 7
            | (distance >> 6 & 3) << 5 | (distance >> 1 & 3) << 3 | (distance >> 5 & 1) << 2 | 1);
}
