// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace EdgeHypervisor.Cores.CortexM.Tests;

/// <summary>
/// Random instructions give what QEMU gives: registers, flags and memory. Bounded here; EHV_FUZZ_SECONDS makes it longer, and
/// EHV_FUZZ_SEED begins elsewhere.
/// </summary>
public sealed class DifferentialTests
{
    private const int Pieces = 400;
    private const int Instructions = 8;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(int.Parse(Environment.GetEnvironmentVariable("EHV_FUZZ_SECONDS") ?? "2", System.Globalization.CultureInfo.InvariantCulture));
    private static readonly int Seed = int.Parse(Environment.GetEnvironmentVariable("EHV_FUZZ_SEED") ?? "1", System.Globalization.CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("interpreter", true, false, false)]
    [InlineData("interpreter", true, true, false)]
    [InlineData("eager-translator", true, false, false)]
    [InlineData("eager-baseline", true, false, false)]
    [InlineData("eager-translator", true, true, true)]
    [InlineData("eager-baseline", true, true, true)]
    [InlineData("eager-translator", false, false, false)]
    [InlineData("eager-baseline", false, false, false)]
    [InlineData("eager-translator", false, false, true)]
    [InlineData("eager-baseline", false, false, true)]
    [InlineData("eager-translator", false, true, true)]
    [InlineData("eager-baseline", false, true, true)]
    public void Random_instructions_agree_with_QEMU(string engine, bool isDeterministic, bool isFloat, bool isFar)
    {
        if (LinuxProgram.Emulator is null) return;
        var decoder = new Decoder(isV7: true, hasDsp: true, FpuKind.Dp, isFpV5: true);
        var watch = Stopwatch.StartNew();
        var count = 0L;
        for (var seed = Seed; seed == Seed || watch.Elapsed < Time; seed++)
        {
            var program = new RandomProgram(seed, decoder, Pieces, Instructions, isFloat ? IsFloat : IsInteger, isFar);
            var expected = LinuxProgram.Run(program.Image, "max");
            using var machine = new ProgramMachine(program.Image, "cortex-m7", engine, isDeterministic);
            machine.RunToEnd();
            var actual = machine.Output;
            var first = actual.AsSpan().CommonPrefixLength(expected);
            if (first != expected.Length)
            {
                var at = first & ~3;
                Assert.Fail($"seed {seed}, {program.Describe(first)}: 0x{BitConverter.ToUInt32(actual, at):x8}, not 0x{BitConverter.ToUInt32(expected, at):x8}");
            }
            count += Pieces * Instructions;
        }
        if (Time.TotalSeconds > 10) Console.WriteLine($"{engine}, {(isDeterministic ? "exact" : "quick")}, {(isFloat ? "float" : "integer")}{(isFar ? ", far" : "")}: {count} random instructions agree");
    }

    private static bool IsInteger(Op op) => op is (>= Op.And and <= Op.Mul) or (>= Op.Movt and <= Op.Smlsld);

    private static bool IsFloat(Op op) => op is >= Op.VmovImmediate or Op.Add or Op.Sub or Op.Cmp;
}
