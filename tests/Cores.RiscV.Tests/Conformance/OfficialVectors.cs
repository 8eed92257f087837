// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>
/// riscv-software-src/riscv-tests, built outside: a test writes 1 to <c>tohost</c> when it passes, else the number of
/// the case that failed, doubled, plus one.
/// </summary>
public sealed class OfficialVectors
{
    private const ulong RamBytes = 4 * 1024 * 1024;
    private const int LeastOfEachWidth = 130; // what riscv-tests builds for the extensions that the core has
    private const long MaximumInstructions = 20_000_000;
    private const string Isa = "gcsu_zicntr_zihpm_zba_zbb_zbs_zicond_sstc";

    public static TheoryData<string> Names()
    {
        var names = new TheoryData<string>();
        if (OfficialVectorsAttribute.Folder is not { } folder) return names;
        foreach (var path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)) names.Add(Path.GetFileName(path));
        return names;
    }

    // A folder that lost its vectors would pass in silence.
    [OfficialVectorsFact]
    public void The_vectors_of_both_widths_are_there() =>
        Assert.True(
            OfNames("rv32") >= LeastOfEachWidth && OfNames("rv64") >= LeastOfEachWidth,
            $"{OfNames("rv32")} vectors of RV32 and {OfNames("rv64")} of RV64 in {OfficialVectorsAttribute.Folder}, where {LeastOfEachWidth} of each are the least");

    private static int OfNames(string width) => Directory.GetFiles(OfficialVectorsAttribute.Folder!, $"{width}*").Length;

    [OfficialVectors]
    [MemberData(nameof(Names))]
    public void An_official_vector_passes_interpreted(string name) => Pass(name, "interpreter", sliceInstructions: 10_000);

    // Short slices, each beginning in a region: nearly everything that is run twice is run translated.
    [OfficialVectors]
    [MemberData(nameof(Names))]
    public void An_official_vector_passes_translated(string name) => Pass(name, "eager-translator", sliceInstructions: 23);

    [OfficialVectors]
    [MemberData(nameof(Names))]
    public void An_official_vector_passes_in_one_pass(string name) => Pass(name, "eager-baseline", sliceInstructions: 23);

    private static void Pass(string name, string engine, long sliceInstructions)
    {
        var elf = new ElfImage(Path.Combine(OfficialVectorsAttribute.Folder!, name));
        using var hart = new TestHart(ramBytes: RamBytes, options: new Dictionary<string, string> { ["isa"] = name[..4] + Isa, ["engine"] = engine });
        foreach (var (address, bytes, _) in elf.Segments()) Assert.True(hart.Ram.TryWrite(address, bytes.Span));
        hart.Core.Reset(elf.Entry, []);
        var tohost = elf.FindSymbol("tohost") ?? throw new InvalidDataException($"{name} has no tohost");
        Assert.Equal(1UL, RunUntilDone(hart, tohost, sliceInstructions));
        Assert.Null(hart.Core.Translator?.Failure);
        Assert.True(hart.Core.Translator is null or { Translated: > 3 }, "hardly anything was translated");
    }

    private static ulong RunUntilDone(TestHart hart, ulong tohost, long sliceInstructions)
    {
        Span<byte> word = stackalloc byte[8];
        for (var run = 0L; run < MaximumInstructions;)
        {
            var result = hart.Core.Run(sliceInstructions);
            run += result.Instructions;
            Assert.True(result.Reason == StopReason.BudgetUsed, $"{result.Reason} at 0x{hart.Pc:x}: {result.Detail}");
            Assert.True(hart.Ram.TryRead(tohost, word));
            if (BinaryPrimitives.ReadUInt64LittleEndian(word) is var value and not 0) return value;
        }
        throw new TimeoutException($"no result after {MaximumInstructions} instructions, at 0x{hart.Pc:x}");
    }
}
