// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <summary>A processor as the translation kit sees it.</summary>
internal readonly unsafe struct TranslatedCpu(CortexMCore core, Cpu* cpu) : ITranslatedCore<Instruction, TranslatedInstruction>
{
    /// <inheritdoc/>
    public nint State => (nint)cpu;

    /// <inheritdoc/>
    public ulong ProgramCounter => cpu->State.Pc;

    /// <inheritdoc/>
    public long Remaining
    {
        get => cpu->Remaining;
        set => cpu->Remaining = value;
    }

    /// <inheritdoc/>
    public bool IsStopRequested => core.IsStopRequested;

    /// <inheritdoc/>
    public long Epoch => core.TranslationEpoch;

    /// <inheritdoc/>
    public RegionContext Context => default;

    /// <inheritdoc/>
    /// <remarks>A region begins outside of IT blocks, and asks nobody whether an access is allowed.</remarks>
    public bool MayEnterRegions => cpu->State.It == 0 && !core.Memory.Protection.IsEnabled;

    /// <inheritdoc/>
    public static StateLayout Layout => Cpu.Layout;

    /// <inheritdoc/>
    public IInstructionEmitter<TranslatedInstruction> CreateEmitter() => new CortexMEmitter(core.TrapsUnaligned);

    /// <inheritdoc/>
    /// <remarks>The memory of the stack is where data is; constants are where the code is.</remarks>
    public MemoryModel? MemoryFor(ulong address)
    {
        if (core.Memory.FindRegion(cpu->State.R[13] - sizeof(uint), sizeof(uint)) is not { } ram) return null;
        var code = core.Memory.FindRegion((uint)address, sizeof(ushort));
        var all = code is null || code == ram ? MemoryModel.Flat(ram) : MemoryModel.Flat(ram, code, RegistersIn(code));
        return core.Code.Holds(ram) && !ram.HasAliases ? all.BesideCode(ram, Cpu.DecodedPlaces) : all;
    }

    private ulong RegistersIn(RamRegion code)
    {
        var registers = 0UL;
        for (var register = 0; register < 15; register++)
        {
            if (code.Contains(cpu->State.R[register], 1)) registers |= 1UL << register;
        }
        return registers;
    }

    /// <inheritdoc/>
    public bool TryFindPage(ulong address, out RamRegion region, out ulong page) => core.TryFindPage(address, out region, out page);

    /// <inheritdoc/>
    public bool MayExecute(RamRegion region, ulong page) => true;

    /// <inheritdoc/>
    /// <remarks>Stores to instructions drop them at once.</remarks>
    public bool IsCurrent(RamRegion region, ulong page) => true;

    /// <inheritdoc/>
    public Instruction* Fetch() => core.Fetch();

    /// <inheritdoc/>
    public Instruction* FindEntry(ulong address) => core.FindEntry(address);

    /// <inheritdoc/>
    public Instruction* PrepareDetour(Instruction original) => core.PrepareDetour(CortexMSource.Normal(original));

    /// <inheritdoc/>
    public ushort* HeatOf(Instruction* place) => Heat.Of(cpu->Heat, place);

    /// <inheritdoc/>
    public void OnHot(Instruction* place) => core.OnHot(place);

    /// <inheritdoc/>
    public static int RegionIn(in Instruction entry) => entry.Op == Op.Region ? (int)entry.Immediate : -1;

    /// <inheritdoc/>
    public static Instruction EntryFor(int region) => new() { Handler = HandlerIndex.Of(Op.Region), Step = 1, Immediate = (uint)region };

    /// <inheritdoc/>
    public static bool AreEqual(TranslatedInstruction a, TranslatedInstruction b) =>
        a.It == b.It && TranslationHelpers.Pack(a.Decoded) == TranslationHelpers.Pack(b.Decoded);
}
