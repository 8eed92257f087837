// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using static EdgeHypervisor.Cores.RiscV.Tests.Assembler;

namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>
/// Random loops in loops, translated and interpreted: word operations, extensions, look-ups in tables, stores, faults in
/// the middle, and registers that hold anything when a loop is entered. LOOP_PROGRAMS says how many; 40 of each kind otherwise.
/// </summary>
public sealed class LoopTests
{
    private const int Data = 0x4000, DataBytes = 0x2000, Handler = 0x40, Start = 0x80;
    private const int InnerCount = 30, OuterCount = 31, Invalid = 19, FirstBase = 20, LastBase = 23, FirstTemporary = 5, LastTemporary = 16;

    private static readonly int Programs = int.Parse(Environment.GetEnvironmentVariable("LOOP_PROGRAMS") ?? "40", System.Globalization.CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("rv64imac", true)]
    [InlineData("rv64imac", false)]
    [InlineData("rv32imac", true)]
    [InlineData("rv32imac", false)]
    public void Loops_leave_the_same_state_translated_as_interpreted(string isa, bool deterministic)
    {
        for (var seed = 0; seed < Programs; seed++)
        {
            var random = new Random(seed);
            var program = Program(random, isa.StartsWith("rv64", StringComparison.Ordinal));
            var registers = Enumerable.Range(0, 32).Select(_ => Register(random)).ToArray();
            var isLow = seed % 4 != 0; // memory that code reaches without a register, or not
            var interpreted = Run(isa, "interpreter", deterministic, isLow, program, registers, 10_000);
            var slice = deterministic ? random.Next(40, 400) : 10_000;
            foreach (var engine in new[] { "eager-translator", "eager-baseline" })
            {
                var translated = Run(isa, engine, deterministic, isLow, program, registers, slice);
                Assert.True(interpreted == translated, $"program {seed} of {isa}, {engine}:\n{interpreted}\n---\n{translated}");
            }
        }
    }

    private static string Run(string isa, string engine, bool deterministic, bool isLow, uint[] program, ulong[] registers, int slice)
    {
        using var hart = new TestHart(options: new Dictionary<string, string> { ["isa"] = isa, ["engine"] = engine }, deterministic: deterministic, lowMemory: isLow);
        hart.Load(GuestRam.Start + Handler, 0x3410_2EF3, Addi(29, 29, 4), 0x341E_9073, Mret); // csrr x29, mepc; addi; csrw mepc, x29
        hart.Load(GuestRam.Start + Start, program);
        hart.Core.State.Mtvec = GuestRam.Start + Handler;
        hart.Core.State.Pc = GuestRam.Start + Start;
        for (var i = 1; i < 32; i++) hart[i] = isa.StartsWith("rv32", StringComparison.Ordinal) ? (ulong)(int)registers[i] : registers[i];
        for (var i = FirstBase; i <= LastBase; i++) hart[i] = Extended(GuestRam.Start + Data + (ulong)(i - FirstBase) * 0x7C4, isa);
        hart[Invalid] = Extended(GuestRam.Start - 0x1000, isa);
        for (var batches = 0; hart.Core.Run(slice).Reason != StopReason.WaitingForInterrupt; batches++) Assert.True(batches < 10_000, "the program does not end");
        Assert.True(hart.Core.Translator?.Failure is null, hart.Core.Translator?.Failure);
        var text = string.Join(' ', Enumerable.Range(1, 31).Select(i => $"x{i}={hart[i]:x}"));
        return text + " ram=" + Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(hart.Ram.Bytes));
    }

    private static ulong Extended(ulong address, string isa) => isa.StartsWith("rv32", StringComparison.Ordinal) ? (ulong)(int)address : address;

    private static ulong Register(Random random) => random.Next(3) switch
    {
        0 => (ulong)random.NextInt64(long.MinValue, long.MaxValue),
        1 => (ulong)random.Next(int.MinValue, int.MaxValue),
        _ => (ulong)random.Next(0, 300),
    };

    // Two loops, one in the other, and something before, in and behind each. At the end the hart waits.
    private static uint[] Program(Random random, bool is64)
    {
        List<uint> words = [Addi(OuterCount, 0, random.Next(1, 6))];
        Block(words, random, is64);
        var outer = words.Count;
        Block(words, random, is64);
        words.Add(Addi(InnerCount, 0, random.Next(1, 6)));
        var inner = words.Count;
        Block(words, random, is64);
        words.Add(Addi(InnerCount, InnerCount, -1));
        words.Add(Bne(InnerCount, 0, (inner - words.Count) * 4));
        Block(words, random, is64);
        words.Add(Addi(OuterCount, OuterCount, -1));
        words.Add(Bne(OuterCount, 0, (outer - words.Count) * 4));
        Block(words, random, is64);
        words.Add(Wfi);
        return [.. words];
    }

    private static void Block(List<uint> words, Random random, bool is64)
    {
        var open = -1; // the instruction that a branch is to replace
        for (var count = random.Next(3, 25); count > 0; count--)
        {
            if (open >= 0 && random.Next(4) == 0)
            {
                words[open] = B(new[] { 0, 1, 4, 5, 6, 7 }[random.Next(6)], Temporary(random), random.Next(3) == 0 ? 0 : Temporary(random), (words.Count - open) * 4);
                open = -1;
            }
            if (open < 0 && random.Next(6) == 0)
            {
                open = words.Count;
                words.Add(Addi(0, 0, 0));
            }
            Instruction(words, random, is64);
        }
        if (open >= 0) words[open] = Bne(Temporary(random), Temporary(random), (words.Count - open) * 4);
    }

    private static void Instruction(List<uint> words, Random random, bool is64)
    {
        int rd = Temporary(random), a = Temporary(random), b = random.Next(8) == 0 ? 0 : Temporary(random), wide = is64 ? 64 : 32;
        switch (random.Next(is64 ? 14 : 9))
        {
            case 0: // xor, or, and, add, sub, slt, sltu
                var (funct3, funct7) = new[] { (4, 0), (6, 0), (7, 0), (0, 0), (0, 0x20), (2, 0), (3, 0) }[random.Next(7)];
                words.Add(R(0x33, funct3, funct7, rd, a, b));
                break;
            case 1: // with an immediate, a copy as compressed code has it, or one bit
                words.Add(random.Next(6) switch
                {
                    0 or 1 => R(0x33, 0, 0, rd, 0, a),
                    2 => I(0x13, 7, rd, a, 1),
                    _ => I(0x13, new[] { 0, 2, 3, 4, 6, 7 }[random.Next(6)], rd, b, random.Next(-2048, 2048)),
                });
                break;
            case 2: // a shift and one back, perhaps of the same value: extensions and rotations
                var amount = new[] { 32, 48, 56, 16, 24, random.Next(1, wide) }[random.Next(6)] % wide;
                words.Add(I(0x13, 1, rd, a, amount));
                words.Add(I(0x13, 5, random.Next(2) == 0 ? rd : Temporary(random), random.Next(4) == 0 ? a : rd, (random.Next(2) == 0 ? amount : random.Next(0, amount + 1)) | (random.Next(2) == 0 ? 0x400 : 0)));
                break;
            case 3: // a rotation
                var left = random.Next(1, wide);
                var (x, y) = (Temporary(random), Temporary(random));
                words.Add(I(0x13, 1, x, a, left));
                words.Add(I(0x13, 5, y, a, wide - left));
                words.Add(R(0x33, 6, 0, rd, x, y));
                break;
            case 4: words.Add(I(0x03, new[] { 0, 1, 2, 4, 5 }[random.Next(5)], rd, random.Next(12) == 0 ? Invalid : Base(random), random.Next(-64, 64))); break;
            case 5: words.Add(S(random.Next(3), random.Next(12) == 0 ? Invalid : Base(random), a, random.Next(-64, 64))); break;
            case 6: // a table at a place that the program knows
                words.Add(I(0x03, random.Next(2) == 0 ? 4 : 0, rd, Base(random), random.Next(-64, 64)));
                if (random.Next(2) == 0) words.Add(I(0x13, 7, rd, rd, random.Next(1, 2048)));
                var at = GuestRam.Start + Start + (ulong)words.Count * 4;
                words.Add(Auipc(17, (uint)((GuestRam.Start + Data + DataBytes / 2 - at + 0x800) >> 12)));
                words.Add(R(0x33, 0, 0, 17, 17, rd));
                words.Add(random.Next(2) == 0 ? I(0x03, 2, rd, 17, random.Next(-8, 8)) : S(random.Next(3), 17, a, random.Next(-8, 8)));
                break;
            case 7: words.Add(random.Next(3) == 0 ? R(0x33, 0, 0, Base(random), 0, Base(random)) : Addi(Base(random), Base(random), random.Next(-8, 9))); break;
            case 8: words.Add(R(0x33, 0, 1, rd, a, b)); break; // mul
            case 9: words.Add(R(0x3B, 0, random.Next(3) switch { 0 => 0, 1 => 0x20, _ => 1 }, rd, a, b)); break; // addw, subw, mulw
            case 10: words.Add(I(0x1B, 0, rd, b, random.Next(3) == 0 ? 0 : random.Next(-2048, 2048))); break;
            case 11: words.Add(random.Next(3) switch { 0 => I(0x1B, 1, rd, a, random.Next(32)), 1 => I(0x1B, 5, rd, a, random.Next(32)), _ => I(0x1B, 5, rd, a, random.Next(32) | 0x400) }); break;
            case 12: words.Add(R(0x3B, random.Next(2) == 0 ? 1 : 5, 0, rd, a, b)); break; // sllw, srlw
            case 13: words.Add(random.Next(2) == 0 ? Ld(rd, Base(random), random.Next(-64, 64)) : I(0x03, 6, rd, Base(random), random.Next(-64, 64))); break;
        }
    }

    private static int Temporary(Random random) => random.Next(FirstTemporary, LastTemporary + 1);

    private static int Base(Random random) => random.Next(FirstBase, LastBase + 1);
}
