// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using static EdgeHypervisor.Cores.RiscV.Tests.ProgramLayout;

namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>Many programs in one image of RAM, run one behind the other by QEMU and by harts of ours.</summary>
internal sealed class ProgramImage
{
    private const long MaximumInstructionsEach = 200_000;
    private readonly Supervisor _supervisor;
    private readonly byte[] _bytes;

    public ProgramImage(IReadOnlyList<RandomProgram> programs)
    {
        Assert.InRange(programs.Count, 1, MaximumPrograms);
        Programs = programs;
        _bytes = new byte[FirstSlot + programs.Count * SlotBytes];
        _supervisor = new Supervisor(Isa.Xlen, programs.Count);
        _supervisor.Bytes.CopyTo(_bytes);
        for (var i = 0; i < programs.Count; i++) programs[i].WriteTo(_bytes.AsSpan(FirstSlot + i * SlotBytes, SlotBytes), AddressOf(i));
    }

    public IReadOnlyList<RandomProgram> Programs { get; }

    public ProgramIsa Isa => Programs[0].Isa;

    public static ulong AddressOf(int program) => GuestRam.Start + FirstSlot + (ulong)(program * SlotBytes);

    /// <summary>A program's part of an outcome.</summary>
    public static ReadOnlySpan<byte> Slot(byte[] outcome, int program) => outcome.AsSpan(FirstSlot + program * SlotBytes, SlotBytes);

    public byte[] RunInQemu() => QemuSystem.Run(Isa, _bytes);

    /// <summary>The outcome on a hart of ours, and how many instructions it took.</summary>
    public byte[] Run(ProgramEngine engine, out long instructions)
    {
        using var hart = new TestHart(
            ramBytes: RamBytes, options: new Dictionary<string, string> { ["isa"] = Isa.Text, ["engine"] = engine.Name }, deterministic: engine.IsDeterministic);
        Assert.True(hart.Ram.TryWrite(GuestRam.Start, _bytes));
        var done = GuestRam.Start + (ulong)_supervisor.Done;
        hart.Core.AddBreakpoint(done);
        hart.Core.Reset(GuestRam.Start, []);
        instructions = 0;
        while (true)
        {
            var result = hart.Core.Run(engine.SliceInstructions);
            instructions += result.Instructions;
            if (result.Reason == StopReason.Breakpoint) break;
            if (result.Reason != StopReason.BudgetUsed || instructions > MaximumInstructionsEach * Programs.Count)
                throw new InvalidOperationException($"{engine}: {result.Reason} {result.Detail} at 0x{hart.Pc:x}, mcause 0x{hart.Csr(CsrAddress.Mcause):x}, mepc 0x{hart.Csr(CsrAddress.Mepc):x}, after {instructions} instructions");
        }
        if (hart.Core.Translator?.Failure is { } failure) throw new InvalidOperationException($"{engine}: {failure}");
        return hart.Ram.Bytes[.._bytes.Length].ToArray();
    }
}
