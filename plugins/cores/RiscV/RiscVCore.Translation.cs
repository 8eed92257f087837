// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>What the translator needs of the hart, and where the hart calls it.</summary>
internal sealed unsafe partial class RiscVCore
{
    private long _sliceStart;
    private long _countedAtSliceStart;

    /// <summary>Hot code as IL; null on a hart that only interprets.</summary>
    public TranslationUnit? Translator { get; private set; }

    /// <summary>Grows whenever an address may lead elsewhere than before.</summary>
    public long TranslationEpoch => _buffers.Epoch;

    /// <summary>Whether somebody wants the slice to end.</summary>
    public bool IsStopRequested => Volatile.Read(ref _hart->StopRequest) != 0;

    /// <summary>The RAM that the handlers reach by themselves.</summary>
    public RamRegion? MainMemory { get; private set; }

    /// <summary>Whether an instruction may be there.</summary>
    public bool IsAlignedTarget(ulong address) => (address & _hart->MisalignedTargetMask) == 0;

    /// <summary>The decoded instruction at a virtual address; null where none has been decoded or may be fetched.</summary>
    public Instruction* FindEntry(ulong address)
    {
        if (!Memory.TryFetch(address, out var region, out var offset)) return null;
        var page = Code.Find(region, offset >> RamRegion.PageShift);
        return page == null ? null : page + ((offset & PageMask) >> 1);
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
        *TranslationUnit.HeatOf(_hart, place) = TranslationUnit.HotJumps;
        Translator?.OnHot(place, _hart->State.Pc);
    }

    private void StartTranslator(bool translate, bool isDeterministic)
    {
        _hart->Heat = (ushort*)NativeMemory.Alloc(TranslationUnit.HeatSlots, sizeof(ushort));
        new Span<ushort>(_hart->Heat, TranslationUnit.HeatSlots).Fill(TranslationUnit.HotJumps);
        if (!translate || MainMemory is null) return;
        Translator = new TranslationUnit(this, _hart, MainMemory, _isa.Xlen, exactCount: isDeterministic);
        Code.PageDropped += Translator.OnPageDropped;
    }

    private void StopTranslator()
    {
        Translator?.Dispose();
        NativeMemory.Free(_hart->Heat);
    }

    // Regions do not count instructions unless they have to. What they ran is put down as one a nanosecond, so that
    // cycle and instret advance as on a processor of 1 GHz and whoever plans by instructions is not misled.
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
        if (elapsedNs > counted) _hart->Remaining -= elapsedNs - counted;
    }
}
