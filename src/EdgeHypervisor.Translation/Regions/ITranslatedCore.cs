// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Translation;

/// <summary>
/// What <see cref="TranslationUnit{TCore,TEntry,TInstruction}"/> needs of a core. Implemented by a struct around the
/// core, so that nothing here is a virtual call.
/// </summary>
/// <typeparam name="TEntry">A decoded instruction in its page.</typeparam>
/// <typeparam name="TInstruction">An instruction as the planner and the emitter take it.</typeparam>
public unsafe interface ITranslatedCore<TEntry, TInstruction>
    where TEntry : unmanaged
    where TInstruction : unmanaged
{
    /// <summary>Where the core's state lies; what <see cref="RegionCode"/> takes.</summary>
    nint State { get; }

    /// <summary>The next instruction's virtual address.</summary>
    ulong ProgramCounter { get; }

    /// <summary>Instructions of the batch that have not run.</summary>
    long Remaining { get; set; }

    /// <summary>Whether somebody wants the slice to end.</summary>
    bool IsStopRequested { get; }

    /// <summary>Grows whenever an address may lead elsewhere than before.</summary>
    long Epoch { get; }

    /// <summary>The view of memory that translated code would be made for, and must be entered with.</summary>
    RegionContext Context { get; }

    /// <summary>Whether translated code may be entered at all in this state.</summary>
    bool MayEnterRegions { get; }

    /// <summary>Where things are in its state.</summary>
    static abstract StateLayout Layout { get; }

    /// <summary>The emitter for the core as it is set up now.</summary>
    IInstructionEmitter<TInstruction> CreateEmitter();

    /// <summary>How a region at an address is to reach memory; null where it can't.</summary>
    MemoryModel? MemoryFor(ulong address);

    /// <summary>Where a page of code lies; false where there is none.</summary>
    bool TryFindPage(ulong address, out RamRegion region, out ulong page);

    /// <summary>Whether all of such a page may be executed.</summary>
    bool MayExecute(RamRegion region, ulong page);

    /// <summary>Whether what was decoded of a page is still what is there; if not, it is dropped, and the regions made of it are.</summary>
    bool IsCurrent(RamRegion region, ulong page);

    /// <summary>The entry at the program counter, with its page made current; null when the fetch has faulted.</summary>
    TEntry* Fetch();

    /// <summary>The entry at an address; null where the page has none.</summary>
    TEntry* FindEntry(ulong address);

    /// <summary>Sets up a decoded instruction to run at the program counter but outside of its page.</summary>
    TEntry* PrepareDetour(TEntry original);

    /// <summary>The counter of a place; see <see cref="Heat"/>.</summary>
    ushort* HeatOf(TEntry* place);

    /// <summary>A place has become hot; the program counter stands there.</summary>
    void OnHot(TEntry* place);

    /// <summary>The number in an entry that stands for a region; -1 in any other.</summary>
    static abstract int RegionIn(in TEntry entry);

    /// <summary>An entry that stands for a region.</summary>
    static abstract TEntry EntryFor(int region);

    /// <summary>Whether two instructions are the same.</summary>
    static abstract bool AreEqual(TInstruction a, TInstruction b);
}

/// <summary>A view of memory: two regions of the same context reach the same things the same way.</summary>
/// <param name="Code">Where code is looked up; zero in a core that has only one way.</param>
/// <param name="Data">Where data is looked up; likewise.</param>
public readonly record struct RegionContext(nint Code, nint Data);
