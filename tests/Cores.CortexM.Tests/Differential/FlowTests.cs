// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Cores.CortexM.Tests;

/// <summary>
/// Random programs with loops, branches, calls and memory give what QEMU gives, however they are run: interpreted,
/// translated at once or when hot, counted or not, and interrupted again and again. Bounded here; EHV_FUZZ_SECONDS makes
/// it longer, and EHV_FUZZ_SEED begins elsewhere.
/// </summary>
public sealed class FlowTests
{
    private const int Pieces = 4;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(int.Parse(Environment.GetEnvironmentVariable("EHV_FUZZ_SECONDS") ?? "2", CultureInfo.InvariantCulture));
    private static readonly int Seed = int.Parse(Environment.GetEnvironmentVariable("EHV_FUZZ_SEED") ?? "1", CultureInfo.InvariantCulture);

    // The engine, whether instructions are counted, and whether interrupts come between short slices.
    private static readonly (string Engine, bool IsDeterministic, bool IsInterrupted)[] Ways =
    [
        ("interpreter", true, false),
        ("eager-translator", true, false),
        ("eager-translator", false, false),
        ("translator", false, false),
        ("eager-translator", true, true),
        ("eager-translator", false, true),
        ("eager-baseline", true, false),
        ("eager-baseline", false, false),
        ("eager-baseline", true, true),
    ];

    [Theory]
    [InlineData("cortex-m0", 0)]
    [InlineData("cortex-m3", 1)]
    [InlineData("cortex-m7", 2)]
    [InlineData("cortex-m4", 3)]
    public void Random_programs_agree_with_QEMU(string cpu, int seeds)
    {
        if (LinuxProgram.Emulator is null) return;
        var watch = Stopwatch.StartNew();
        var (programs, instructions) = (0, 0L);
        for (var seed = Seed + seeds; programs == 0 || watch.Elapsed < Time; seed++)
        {
            FlowProgram program;
            try
            {
                program = new FlowProgram(seed, cpu, Pieces);
            }
            catch (BranchException)
            {
                continue; // a branch that does not reach its target: another one
            }
            instructions += Compare(program, cpu, seed);
            programs++;
        }
        if (Time.TotalSeconds > 10) Console.WriteLine($"{cpu}: {programs} programs of {instructions} instructions agree, run in {Ways.Length} ways");
    }

    // What a random program has shown: flags that nobody reads behind a return in an IT block, but the caller.
    [Theory]
    [InlineData("interpreter", true)]
    [InlineData("eager-translator", true)]
    [InlineData("eager-baseline", true)]
    [InlineData("eager-translator", false)]
    [InlineData("eager-baseline", false)]
    public void A_return_in_an_IT_block_takes_all_flags_with_it(string engine, bool isDeterministic)
    {
        const uint codeStart = 0x1_0000, dataStart = 0x2000_0000, entry = codeStart + 8 + 5 * 2;
        var code = new ThumbCode(codeStart);
        code.AddWord(dataStart + RamRegion.PageBytes);
        code.AddWord(entry | 1);
        foreach (var half in new uint[] { 0x42D1, 0xBF38, 0x4770, 0x3801, 0x4770 }) code.Add(half); // cmn r1, r2; it cc; bxcc lr; subs r0, #1; bx lr
        code.LoadWide(3, dataStart);
        foreach (var instruction in new uint[] { 0x2100, 0x2200, 0x2401, 0xF7FF_FFF2, 0xF3EF_8000, 0x6018 }) code.Add(instruction); // movs r1, #0; movs r2, #0; movs r4, #1; bl cmn; mrs r0, apsr; str r0, [r3]
        var image = new ProgramImage([(codeStart, code.ToBytes()), (dataStart, new byte[RamRegion.PageBytes])], entry, code.Here, dataStart, sizeof(uint));
        using var machine = new ProgramMachine(image, "cortex-m3", engine, isDeterministic);
        machine.RunToEnd();
        Assert.Equal(0x4000_0000u, BitConverter.ToUInt32(machine.Output)); // Z
    }

    // Returns how many instructions it has.
    private static long Compare(FlowProgram program, string cpu, int seed)
    {
        var instructions = 0L;
        byte[]? expected = null;
        foreach (var (engine, isDeterministic, isInterrupted) in Ways)
        {
            using var machine = new ProgramMachine(program.Image, cpu, engine, isDeterministic);
            machine.RunToEnd(isInterrupted ? new Random(seed) : null);
            var actual = machine.Output;
            expected ??= LinuxProgram.Run(program.Image, "max"); // after a run of ours, which has a limit
            var first = actual.AsSpan().CommonPrefixLength(expected);
            if (first != expected.Length)
            {
                var at = first & ~3;
                Assert.Fail($"{cpu}, seed {seed}, {engine}, {(isDeterministic ? "exact" : "quick")}{(isInterrupted ? ", interrupted" : "")}: {program.Describe(first)}: 0x{BitConverter.ToUInt32(actual, at):x8}, not 0x{BitConverter.ToUInt32(expected, at):x8}");
            }
            if (engine == "interpreter") instructions = machine.InstructionsRetired;
        }
        return instructions;
    }
}
