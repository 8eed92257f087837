// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Xunit.Abstractions;

namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>
/// Random programs end in QEMU's <c>virt</c> machine and here with the same registers, memory and traps, interpreted and translated.
/// </summary>
/// <remarks>
/// Fixed seeds here, so that nobody's change fails by another's chance; EDGEHYPERVISOR_FUZZ=N runs N fresh ones of each ISA,
/// EDGEHYPERVISOR_FUZZ_SEED=rv64gc:17 one again. See docs/conformance.md.
/// </remarks>
public sealed class DifferentialTests(ITestOutputHelper output)
{
    private const int BatchPrograms = 200;
    private const int FixedPrograms = 110;
    private const int MaximumShown = 5;
    private static readonly string? Wanted = Environment.GetEnvironmentVariable("EDGEHYPERVISOR_FUZZ_SEED");
    private static readonly int? Long = Environment.GetEnvironmentVariable("EDGEHYPERVISOR_FUZZ") is { } count ? int.Parse(count, CultureInfo.InvariantCulture) : null;

    [Theory]
    [InlineData("rv64gc")]
    [InlineData("rv32gc")]
    [InlineData("rv64g")]
    [InlineData("rv32g")]
    public void Random_programs_end_as_in_QEMU(string name)
    {
        if (!QemuSystem.IsThere || (Wanted is not null && !Wanted.StartsWith($"{name}:", StringComparison.Ordinal))) return;
        var isa = ProgramIsa.Named(name);
        IEnumerable<int> seeds = Wanted is not null ? [int.Parse(Wanted[(name.Length + 1)..], CultureInfo.InvariantCulture)]
            : Long is { } count ? Enumerable.Range(Random.Shared.Next(int.MaxValue / 2), count)
            : Enumerable.Range(1, FixedPrograms);
        var (programs, instructions) = (0L, 0L);
        foreach (var batch in seeds.Chunk(BatchPrograms))
        {
            var differences = new List<Difference>();
            instructions += Compare([.. batch.Select(seed => new RandomProgram(isa, seed))], differences);
            programs += batch.Length;
            var shown = differences.DistinctBy(d => d.Program.Seed).Take(MaximumShown).Select(d => d.Shrink().ToString());
            Assert.True(differences.Count == 0, $"{differences.Count} differences of {batch.Length} programs\n\n{string.Join("\n\n", shown)}");
        }
        output.WriteLine($"{name}: {programs} programs, {instructions} instructions, no difference");
    }

    private static long Compare(IReadOnlyList<RandomProgram> programs, List<Difference> differences)
    {
        var image = new ProgramImage(programs);
        var expected = image.RunInQemu();
        differences.AddRange(Difference.Find(image, expected, ProgramEngine.Interpreter, out var instructions));
        foreach (var engine in ProgramEngine.Translators) differences.AddRange(Difference.Find(image, expected, engine, out _));
        return instructions;
    }
}
