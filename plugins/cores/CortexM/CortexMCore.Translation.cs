// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <content>What the translator needs of the processor, and where the processor calls it.</content>
internal sealed unsafe partial class CortexMCore : ITranslatingCore, ITrimmable
{
    /// <inheritdoc/>
    public TranslationFigures Translation => Translator?.Figures ?? default;

    private RetiredEstimate _estimate;

    /// <summary>Hot code as IL; null on a processor that only interprets.</summary>
    public TranslationUnit? Translator { get; private set; }

    /// <summary>Grows whenever an address may lead elsewhere than before.</summary>
    public long TranslationEpoch => _cpu->Epoch;

    /// <summary>Whether unaligned accesses trap.</summary>
    public bool TrapsUnaligned => !_profile.IsV7 || (_cpu->State.Ccr & ConfigurationControl.UnalignedTrap) != 0;

    /// <summary>The page of memory at an address; false where there is none.</summary>
    public bool TryFindPage(ulong address, out RamRegion region, out ulong page)
    {
        region = Memory.FindRegion((uint)address & ~PageMask, RamRegion.PageBytes)!;
        page = region is null ? 0 : (address - region.Start) >> RamRegion.PageShift;
        return region is not null;
    }

    /// <summary>The decoded instruction at an address; null where the page has none.</summary>
    /// <param name="address">The address.</param>
    /// <param name="decode">Decode it if need be, where the processor has been in the page.</param>
    public Instruction* FindEntry(ulong address, bool decode = false)
    {
        if (!TryFindPage(address, out var region, out var page)) return null;
        var entries = (Instruction*)Code.Find(region, page);
        if (entries == null) return null;
        var entry = entries + ((address & PageMask) >> 1);
        if (decode && entry->Op == Op.Undecoded && !_breakpoints.Contains(address)) *entry = DecodeAt((uint)address);
        return entry;
    }

    /// <summary>The instruction at an address of a page that the processor has been in, decoded for a look.</summary>
    public Instruction Peek(uint address) => DecodeAt(address);

    /// <summary>A jump has gone often to an instruction of the current page; the program counter stands there.</summary>
    public void OnHot(Instruction* place)
    {
        *Heat.Of(_cpu->Heat, place, sizeof(Instruction)) = 0;
        Translator?.OnHot((nint)place, _cpu->State.Pc);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Decoded instructions and what was counted of them, unless some were hot enough for RyuJIT: those are not
    /// cheap to make again.
    /// </remarks>
    public void Trim()
    {
        if (Translator is { } translator && !translator.TryRelease()) return;
        Code.Release();
        Heat.Clear(_cpu->Heat);
    }

    private void StartTranslator(Engine engine, ICoreContext context)
    {
        _cpu->Heat = Heat.Allocate();
        if (engine == Engine.Interpreter) return;
        var isExact = context.Deterministic;
        var eagerness = engine switch { Engine.EagerTranslator => Eagerness.Optimised, Engine.EagerBaseline => Eagerness.Baseline, _ => Eagerness.WhenHot };
        Translator = new TranslationUnit(new TranslatedCpu(this, _cpu), new CortexMSource(this, decodesAhead: eagerness != Eagerness.WhenHot, isExact), isExact, eagerness);
        Code.PageChanged += Translator.OnPageChanged;
    }

    private void StopTranslator()
    {
        Translator?.Dispose();
        Heat.Free(_cpu->Heat);
    }

    private void EstimateRetired()
    {
        if (Translator is { ExactCount: false, RegionCount: > 0 }) _cpu->Remaining -= _estimate.Missing(InstructionsRetired);
    }
}
