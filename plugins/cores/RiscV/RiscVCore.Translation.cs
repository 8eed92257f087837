// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>What the translator needs of the hart, and where the hart calls it.</summary>
internal sealed unsafe partial class RiscVCore : ITranslatingCore
{
    /// <inheritdoc/>
    public TranslationFigures Translation => Translator?.Figures ?? default;

    private RetiredEstimate _estimate;

    /// <summary>Hot code as IL; null on a hart that only interprets.</summary>
    public TranslationUnit? Translator { get; private set; }

    /// <summary>Grows whenever an address may lead elsewhere than before.</summary>
    public long TranslationEpoch => _hart->Epoch;

    /// <summary>The RAM that the handlers reach by themselves.</summary>
    public RamRegion? MainMemory { get; private set; }

    /// <summary>Whether an instruction may be there.</summary>
    public bool IsAlignedTarget(ulong address) => (address & _hart->MisalignedTargetMask) == 0;

    /// <summary>The decoded instruction at a virtual address; null where the page has none or may not be fetched.</summary>
    /// <param name="address">The virtual address.</param>
    /// <param name="decode">Decode it if need be, where the hart has been in the page.</param>
    public Instruction* FindEntry(ulong address, bool decode = false)
    {
        if (!Memory.TryFetch(address, out var region, out var offset)) return null;
        var page = (Instruction*)Code.Find(region, offset >> RamRegion.PageShift);
        if (page == null) return null;
        var entry = page + ((offset & PageMask) >> 1);
        if (decode && entry->Op == Op.Undecoded && !_breakpoints.Contains(address))
        {
            var host = region.Host + (offset & ~PageMask);
            Code.OnDecoded(host);
            *entry = DecodeInPage(host, offset & PageMask);
        }
        return entry;
    }

    /// <summary>Sets up a decoded instruction to run at the program counter but outside of its page.</summary>
    public Instruction* PrepareDetour(Instruction instruction)
    {
        var detour = _hart->Detour;
        detour[0] = instruction;
        return FinishDetour(detour);
    }

    /// <summary>A jump has gone often to an instruction of the current page; the program counter stands there.</summary>
    public void OnHot(Instruction* place)
    {
        *Heat.Of(_hart->Heat, place, sizeof(Instruction)) = 0;
        Translator?.OnHot((nint)place, _hart->State.Pc);
    }

    private void StartTranslator(Engine engine, bool isDeterministic)
    {
        _hart->Heat = Heat.Allocate();
        if (engine == Engine.Interpreter || MainMemory is null) return;
        var eagerness = engine switch { Engine.EagerTranslator => Eagerness.Optimised, Engine.EagerBaseline => Eagerness.Baseline, _ => Eagerness.WhenHot };
        var translated = new TranslatedHart(this, _hart, MainMemory, _isa.Xlen);
        Translator = new TranslationUnit(translated, new RiscVSource(this, decodesAhead: eagerness != Eagerness.WhenHot), exactCount: isDeterministic, eagerness);
        _hart->IndirectTargets = Translator.Targets.Address;
        Code.PageChanged += Translator.OnPageChanged;
    }

    private void StopTranslator()
    {
        Translator?.Dispose();
        Heat.Free(_hart->Heat);
    }

    private void EstimateRetired()
    {
        if (Translator is { ExactCount: false, RegionCount: > 0 }) _hart->Remaining -= _estimate.Missing(InstructionsRetired);
    }
}
