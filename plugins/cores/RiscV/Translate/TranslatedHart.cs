// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>A hart as the translation kit sees it.</summary>
internal readonly unsafe struct TranslatedHart(RiscVCore core, Hart* hart, RamRegion ram, int xlen) : ITranslatedCore<Instruction, Instruction>
{
    /// <inheritdoc/>
    public nint State => (nint)hart;

    /// <inheritdoc/>
    public ulong ProgramCounter => hart->State.Pc;

    /// <inheritdoc/>
    public long Remaining
    {
        get => hart->Remaining;
        set => hart->Remaining = value;
    }

    /// <inheritdoc/>
    public bool IsStopRequested => core.IsStopRequested;

    /// <inheritdoc/>
    public long Epoch => core.TranslationEpoch;

    /// <inheritdoc/>
    /// <remarks>The code pages of a privilege, and the translation buffer of its loads; zero for bare memory.</remarks>
    public RegionContext Context => new((nint)hart->Fetch, (nint)hart->LoadTlb);

    /// <inheritdoc/>
    public bool MayEnterRegions => true;

    /// <inheritdoc/>
    public static StateLayout Layout => Hart.Layout;

    /// <inheritdoc/>
    public IInstructionEmitter<Instruction> CreateEmitter() => new RiscVEmitter(xlen, hart->MisalignedTargetMask);

    /// <inheritdoc/>
    public MemoryModel MemoryFor(ulong address) => hart->LoadTlb == null
        ? MemoryModel.Flat(ram)
        : MemoryModel.Tlb((nint)hart->LoadTlb, (nint)hart->StoreTlb, Hart.TlbSlots, ram);

    /// <inheritdoc/>
    public bool TryFindPage(ulong address, out RamRegion region, out ulong page)
    {
        var isFound = core.Memory.TryFetch(address, out region, out var offset);
        page = offset >> RamRegion.PageShift;
        return isFound;
    }

    /// <inheritdoc/>
    public bool MayExecute(RamRegion region, ulong page) => core.Memory.MayFetchPage(region, page << RamRegion.PageShift);

    /// <inheritdoc/>
    public bool IsCurrent(RamRegion region, ulong page) => core.Code.IsCurrent(region, page);

    /// <inheritdoc/>
    public Instruction* Fetch() => core.Fetch();

    /// <inheritdoc/>
    public Instruction* FindEntry(ulong address) => core.FindEntry(address);

    /// <inheritdoc/>
    public Instruction* PrepareDetour(Instruction original) => core.PrepareDetour(RiscVSource.Normal(original));

    /// <inheritdoc/>
    public ushort* HeatOf(Instruction* place) => Heat.Of(hart->Heat, place);

    /// <inheritdoc/>
    public void OnHot(Instruction* place) => core.OnHot(place);

    /// <inheritdoc/>
    public static int RegionIn(in Instruction entry) => entry.Op == Op.Region ? entry.Immediate : -1;

    /// <inheritdoc/>
    public static Instruction EntryFor(int region) => new() { Handler = HandlerIndex.Of(Op.Region, 0), Immediate = region };

    /// <inheritdoc/>
    public static bool AreEqual(Instruction a, Instruction b) => a.Handler == b.Handler && a.Rd == b.Rd && a.Rs1 == b.Rs1 && a.Immediate == b.Immediate;
}
