// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>A program that ends otherwise here than in QEMU.</summary>
/// <param name="Program">The program.</param>
/// <param name="Engine">The engine that it differs with.</param>
/// <param name="What">What differs first.</param>
internal sealed record Difference(RandomProgram Program, ProgramEngine Engine, string What)
{
    private static readonly string[] LogFields = ["cause", "address", "value", "status"];
    private static readonly string[] Csrs = ["fcsr", "sscratch", "scause", "sepc"];

    /// <summary>The programs that end otherwise with an engine.</summary>
    public static List<Difference> Find(IReadOnlyList<RandomProgram> programs, ProgramEngine engine, out long instructions)
    {
        var image = new ProgramImage(programs);
        return Find(image, image.RunInQemu(), engine, out instructions);
    }

    /// <summary>The same where QEMU has run already.</summary>
    public static List<Difference> Find(ProgramImage image, byte[] expected, ProgramEngine engine, out long instructions)
    {
        try
        {
            var actual = image.Run(engine, out instructions);
            var found = new List<Difference>();
            for (var i = 0; i < image.Programs.Count; i++)
            {
                if (Describe(image.Programs[i], ProgramImage.Slot(expected, i), ProgramImage.Slot(actual, i)) is { } what)
                    found.Add(new Difference(image.Programs[i], engine, what));
            }
            return found;
        }
        catch (InvalidOperationException e)
        {
            // Something stopped the hart, so the programs behind it did not run: whose fault it is shows where it is alone.
            instructions = 0;
            return image.Programs.Count == 1
                ? [new Difference(image.Programs[0], engine, e.Message)]
                : [.. image.Programs.Chunk((image.Programs.Count + 1) / 2).SelectMany(half => Find(half, engine, out _))];
        }
    }

    /// <summary>As few instructions as still differ, with as many runs as that takes.</summary>
    public Difference Shrink()
    {
        var smallest = this;
        while (true)
        {
            var candidates = Piece.Smaller(smallest.Program.Pieces).Take(ProgramLayout.MaximumPrograms / 4).Select(pieces => smallest.Program with { Pieces = pieces }).ToArray();
            if (candidates.Length == 0 || Find(candidates, Engine, out _).MinBy(d => Piece.Count(d.Program.Pieces)) is not { } smaller) return smallest;
            smallest = smaller;
        }
    }

    /// <summary>For who has to mend it: what differs, how to run it again, and the program.</summary>
    public override string ToString() =>
        $"""
        {What}
        with {Engine}; EDGEHYPERVISOR_FUZZ_SEED={Program.Isa}:{Program.Seed}
        {Program.Describe(ProgramImage.AddressOf(0))}
        """;

    private static string? Describe(RandomProgram program, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual)
    {
        var at = LogFirst(expected, actual);
        if (at < 0) return null;
        at &= program.Isa.Xlen == 64 ? ~7 : ~3;
        return $"{Name(at)}: 0x{Value(actual, at, program.Isa.Xlen):x}, not 0x{Value(expected, at, program.Isa.Xlen):x} as in QEMU";
    }

    // The first trap that differs says more than the registers at the end.
    private static int LogFirst(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual)
    {
        var inLog = expected[ProgramLayout.Log..].CommonPrefixLength(actual[ProgramLayout.Log..]) + ProgramLayout.Log;
        if (inLog < expected.Length) return inLog;
        var at = expected.CommonPrefixLength(actual);
        return at < expected.Length ? at : -1;
    }

    private static string Name(int at) => at switch
    {
        >= ProgramLayout.Tables => $"slot + 0x{at:x}",
        >= ProgramLayout.Log => $"trap {(at - ProgramLayout.Log) / ProgramLayout.LogEntryBytes}, {LogFields[(at - ProgramLayout.Log) % ProgramLayout.LogEntryBytes / 8]}",
        >= ProgramLayout.State + ProgramLayout.OutputCsrs => $"{Csrs[Math.Min((at - ProgramLayout.State - ProgramLayout.OutputCsrs) / 8, Csrs.Length - 1)]} at the end",
        >= ProgramLayout.State + ProgramLayout.OutputF => $"f{(at - ProgramLayout.State - ProgramLayout.OutputF) / 8} at the end",
        >= ProgramLayout.State + ProgramLayout.OutputX => $"{RegisterNames.Integer[(at - ProgramLayout.State - ProgramLayout.OutputX) / 8]} at the end",
        >= ProgramLayout.Data => $"memory at 0x{at:x}",
        _ => $"code at 0x{at:x}",
    };

    private static ulong Value(ReadOnlySpan<byte> slot, int at, int xlen) => xlen == 64 ? BitConverter.ToUInt64(slot[at..]) : BitConverter.ToUInt32(slot[at..]);
}
