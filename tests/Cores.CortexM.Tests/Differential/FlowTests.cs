// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;

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
    ];

    [Theory]
    [InlineData("cortex-m0", 0)]
    [InlineData("cortex-m3", 1)]
    [InlineData("cortex-m7", 2)]
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

    // Differences that were there: flags that only somebody behind a return in an IT block reads.
    [Theory]
    [InlineData("cortex-m3", 3006)]
    public void A_program_that_was_wrong_is_right(string cpu, int seed)
    {
        if (LinuxProgram.Emulator is not null) Compare(new FlowProgram(seed, cpu, Pieces), cpu, seed);
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
