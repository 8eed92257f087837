// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Cores.CortexM;

/// <content>What the translator needs of the processor, and where the processor calls it.</content>
internal sealed unsafe partial class CortexMCore : ITrimmable
{
    private long _sliceStart;
    private long _countedAtSliceStart;

    /// <summary>Hot code as IL; null on a processor that only interprets.</summary>
    public TranslationUnit? Translator { get; private set; }

    /// <summary>Grows whenever an address may lead elsewhere than before.</summary>
    public long TranslationEpoch => _maps.Epoch;

    /// <summary>Whether somebody wants the slice to end.</summary>
    public bool IsStopRequested => Volatile.Read(ref _cpu->StopRequest) != 0;

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
        var entries = Code.Find(region, page);
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
        *TranslationUnit.HeatOf(_cpu, place) = TranslationUnit.HotJumps;
        Translator?.OnHot(place, _cpu->State.Pc);
    }

    /// <inheritdoc/>
    /// <remarks>Decoded instructions, unless some were hot enough to be translated: those are not cheap to make again.</remarks>
    public void Trim()
    {
        if (Translator is { RegionCount: > 0 }) return;
        Code.Release();
    }

    private void StartTranslator(Engine engine, ICoreContext context)
    {
        _cpu->Heat = (ushort*)NativeMemory.Alloc(TranslationUnit.HeatSlots, sizeof(ushort));
        new Span<ushort>(_cpu->Heat, TranslationUnit.HeatSlots).Fill(TranslationUnit.HotJumps);
        if (engine == Engine.Interpreter) return;
        Translator = new TranslationUnit(this, _cpu, exactCount: context.Deterministic, isEager: engine == Engine.EagerTranslator);
        Code.PageChanged += Translator.OnPageDropped;
    }

    private void StopTranslator()
    {
        Translator?.Dispose();
        NativeMemory.Free(_cpu->Heat);
    }

    // Regions do not count instructions unless they have to. What they ran is put down as one a nanosecond.
    private void BeginEstimate()
    {
        _sliceStart = Stopwatch.GetTimestamp();
        _countedAtSliceStart = InstructionsRetired;
    }

    private void EstimateRetired()
    {
        if (Translator is not { ExactCount: false, RegionCount: > 0 }) return;
        var elapsedNs = (long)Stopwatch.GetElapsedTime(_sliceStart).TotalNanoseconds;
        var counted = InstructionsRetired - _countedAtSliceStart;
        if (elapsedNs > counted) _cpu->Remaining -= elapsedNs - counted;
    }
}
