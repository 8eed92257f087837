// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>The programs of the corpus end as they did in QEMU, on whatever host this is.</summary>
public sealed class CorpusTests
{
    /// <summary>A file to write the corpus anew to, with what QEMU says today: after the generator or its encodings have changed.</summary>
    private static readonly string? Rewritten = Environment.GetEnvironmentVariable("EDGEHYPERVISOR_FUZZ_CORPUS");

    public static TheoryData<string, string> IsasAndEngines()
    {
        var data = new TheoryData<string, string>();
        foreach (var isa in ProgramIsa.All)
        {
            data.Add(isa.Name, "interpreter");
            data.Add(isa.Name, "eager-translator");
            data.Add(isa.Name, "eager-baseline");
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(IsasAndEngines))]
    public void A_program_of_the_corpus_ends_as_in_QEMU(string name, string engine)
    {
        var isa = ProgramIsa.Named(name);
        var image = Corpus.Image(isa);
        var actual = Corpus.Lines(image, image.Run(new ProgramEngine(engine, IsDeterministic: true, SliceInstructions: 100_000), out _));
        Assert.Equal(Corpus.Of(isa).Select(s => $"{name} {s.Seed} {s.Digest}"), actual);
    }

    [Fact]
    public void The_corpus_is_what_QEMU_says()
    {
        if (!QemuSystem.IsThere) return;
        var lines = ProgramIsa.All.Select(Corpus.Image).SelectMany(image => Corpus.Lines(image, image.RunInQemu())).ToArray();
        if (Rewritten is not null) File.WriteAllLines(Rewritten, lines);
        else Assert.Equal(ProgramIsa.All.SelectMany(isa => Corpus.Of(isa).Select(s => $"{isa} {s.Seed} {s.Digest}")), lines);
    }
}
