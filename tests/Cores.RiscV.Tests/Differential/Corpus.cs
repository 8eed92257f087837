// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Security.Cryptography;

namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>
/// Seeds, and digests of how their programs end in QEMU, so that a host without QEMU can check them too. A line is an ISA, a seed and a
/// digest; the programs of an ISA run in one image, in the order of the lines.
/// </summary>
internal static class Corpus
{
    private const int DigestBytes = 16;

    /// <summary>The seeds of an ISA with their digests.</summary>
    public static IReadOnlyList<(int Seed, string Digest)> Of(ProgramIsa isa)
    {
        using var stream = typeof(Corpus).Assembly.GetManifestResourceStream("corpus.txt")!;
        using var reader = new StreamReader(stream);
        var seeds = new List<(int, string)>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Split(' ') is [var name, var seed, var digest] && name == isa.Name) seeds.Add((int.Parse(seed, CultureInfo.InvariantCulture), digest));
        }
        return seeds;
    }

    public static ProgramImage Image(ProgramIsa isa) => new([.. Of(isa).Select(s => new RandomProgram(isa, s.Seed))]);

    /// <summary>A line for each program of an image, from its outcome.</summary>
    public static IEnumerable<string> Lines(ProgramImage image, byte[] outcome) =>
        image.Programs.Select((program, i) => $"{program.Isa} {program.Seed} {Digest(ProgramImage.Slot(outcome, i))}");

    private static string Digest(ReadOnlySpan<byte> slot) => Convert.ToHexStringLower(SHA256.HashData(slot)[..DigestBytes]);
}
