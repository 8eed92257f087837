// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using static EdgeHypervisor.Cores.RiscV.Tests.Assembler;

namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>Branches around one or two instructions that compute a register: each condition, with the register in a word and whole before and then.</summary>
public sealed class SkippedBlockTests
{
    private const int Start = 0x80, Results = 0x4000, Left = 20, Right = 21, One = 22, Other = 23, Target = 24, Runs = 60;

    [Theory]
    [InlineData("rv64imac", "eager-translator", false)]
    [InlineData("rv64imac", "eager-translator", true)]
    [InlineData("rv32imac", "eager-translator", false)]
    [InlineData("rv64imac", "eager-baseline", false)]
    [InlineData("rv32imac", "eager-baseline", true)]
    public void What_a_branch_skips_counts_only_where_it_does_not(string isa, string engine, bool deterministic)
    {
        var is64 = isa.StartsWith("rv64", StringComparison.Ordinal);
        var program = Program(is64);
        using var interpreted = Hart(isa, "interpreter", deterministic, program);
        using var translated = Hart(isa, engine, deterministic, program);
        var random = new Random(1);
        for (var run = 0; run < Runs; run++)
        {
            ulong[] values = [Value(random), Value(random), Value(random), Value(random)];
            if (random.Next(3) == 0) values[3] = values[2];
            foreach (var hart in new[] { interpreted, translated })
            {
                for (var i = 0; i < values.Length; i++) hart[new[] { Left, Right, One, Other }[i]] = is64 ? values[i] : (ulong)(int)values[i];
                (hart.Core.State.Pc, hart.Core.State.Waiting) = (GuestRam.Start + Start, false);
                Assert.Equal(StopReason.WaitingForInterrupt, hart.Core.Run(100_000).Reason);
            }
            Assert.Equal(interpreted.Ram.Bytes[Results..].ToArray(), translated.Ram.Bytes[Results..].ToArray());
        }
        Assert.True(translated.Core.Translator is { Failure: null, RegionCount: > 0 });
    }

    private static TestHart Hart(string isa, string engine, bool deterministic, uint[] program)
    {
        var hart = new TestHart(options: new Dictionary<string, string> { ["isa"] = isa, ["engine"] = engine }, deterministic: deterministic);
        hart.Load(GuestRam.Start + Start, program);
        var results = GuestRam.Start + Results + 2048; // offsets are signed
        hart[Target] = isa.StartsWith("rv32", StringComparison.Ordinal) ? (ulong)(int)results : results;
        return hart;
    }

    private static uint[] Program(bool is64)
    {
        uint[] before = is64 ? [R(0x33, 0, 0, T0, Left, Right), R(0x3B, 0, 0, T0, Left, Right)] : [R(0x33, 0, 0, T0, Left, Right)];
        List<uint[]> skipped =
        [
            [Addi(T0, T0, -7)], [I(0x13, 4, T0, T0, 0x55)], [I(0x13, 1, T0, Left, 17)], [R(0x33, 3, 0, T0, Left, Right)], [R(0x33, 0, 0x20, T0, Zero, T0)],
            [Auipc(T0, 5)], [I(0x13, 1, T0, T0, 24), I(0x13, 5, T0, T0, 24)], [Addi(T0, One, 1), R(0x33, 4, 0, T0, T0, Right)],
        ];
        if (is64) skipped.AddRange([[I(0x1B, 0, T0, Left, 3)], [R(0x3B, 0, 0x20, T0, T0, Right)], [I(0x1B, 5, T0, T0, 4), I(0x1B, 1, T0, T0, 9)], [I(0x13, 1, T0, T0, 48), I(0x13, 5, T0, T0, 48)]]);
        var words = new List<uint>();
        var results = 0;
        foreach (var condition in new[] { 0, 1, 4, 5, 6, 7 }) Add(condition, [], One, Other);
        uint[][] bits = [[I(0x13, 7, T1, One, 1)], [R(0x33, 3, 0, T1, One, Other)], .. is64 ? new uint[][] { [I(0x1B, 5, T1, One, 31)] } : []]; // which are all but the choice itself
        foreach (var bit in bits)
        {
            foreach (var condition in new[] { 0, 1 }) Add(condition, bit, T1, Zero);
        }
        words.Add(Wfi);
        return [.. words];

        void Add(int condition, uint[] first, int one, int other)
        {
            foreach (var set in before)
            {
                foreach (var block in skipped)
                {
                    words.AddRange([set, .. first, B(condition, one, other, (block.Length + 1) * 4), .. block]);
                    words.Add(S(is64 ? 3 : 2, Target, T0, results++ * 8 - 2048));
                }
            }
        }
    }

    private static ulong Value(Random random) => random.Next(3) switch
    {
        0 => (ulong)random.NextInt64(long.MinValue, long.MaxValue),
        1 => (ulong)random.Next(int.MinValue, int.MaxValue),
        _ => (ulong)random.Next(-2, 3),
    };
}
