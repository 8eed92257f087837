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
