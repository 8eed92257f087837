// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>A hart as the translation kit sees it.</summary>
internal sealed unsafe class TranslatedHart(RiscVCore core, Hart* hart, RamRegion ram, int xlen) : ITranslatedCore<TranslatedInstruction>
{
    /// <inheritdoc/>
    public nint State => (nint)hart;

    /// <inheritdoc/>
    public StateLayout Layout => Hart.Layout;

    /// <inheritdoc/>
    public EntryLayout Entries => Instruction.Layout;

    /// <inheritdoc/>
    public bool MayEnterRegions => true;

    /// <inheritdoc/>
    public IInstructionEmitter<TranslatedInstruction> CreateEmitter() => new RiscVEmitter(xlen, hart->MisalignedTargetMask);

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
    public nint Fetch() => (nint)core.Fetch();

    /// <inheritdoc/>
    public nint FindEntry(ulong address) => (nint)core.FindEntry(address);

    /// <inheritdoc/>
    public nint PrepareDetour(nint original) => (nint)core.PrepareDetour(RiscVSource.Normal(*(Instruction*)original));

    /// <inheritdoc/>
    public ushort* HeatOf(nint place) => Heat.Of(hart->Heat, (void*)place, sizeof(Instruction));

    /// <inheritdoc/>
    public void OnHot(nint place) => core.OnHot((Instruction*)place);

    /// <inheritdoc/>
    public void PutRegion(nint place, int region) => *(Instruction*)place = new Instruction { Handler = HandlerIndex.Of(Op.Region, 0), Immediate = region };

    /// <inheritdoc/>
    public bool AreEqual(TranslatedInstruction a, TranslatedInstruction b) => Instruction.AreEqual(a.Decoded, b.Decoded);
}
