// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Translation;

/// <summary>
/// What <see cref="TranslationUnit{TInstruction}"/> needs of a core. What it needs from region to region it finds in the core's state, without asking.
/// </summary>
/// <typeparam name="TInstruction">An instruction as the planner and the emitter take it.</typeparam>
public unsafe interface ITranslatedCore<TInstruction>
    where TInstruction : class
{
    /// <summary>Where the core's state lies, which stays there; what <see cref="RegionCode"/> takes.</summary>
    nint State { get; }

    /// <summary>Where things are in its state.</summary>
    StateLayout Layout { get; }

    /// <summary>What its decoded instructions look like.</summary>
    EntryLayout Entries { get; }

    /// <summary>Whether translated code may be entered at all in this state.</summary>
    bool MayEnterRegions { get; }

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

    /// <summary>The entry at the program counter, with its page made current; zero when the fetch has faulted.</summary>
    nint Fetch();

    /// <summary>The entry at an address; zero where the page has none.</summary>
    nint FindEntry(ulong address);

    /// <summary>Sets up a copy of an entry to run at the program counter but outside of its page.</summary>
    nint PrepareDetour(nint original);

    /// <summary>The counter of a place; see <see cref="Heat"/>.</summary>
    ushort* HeatOf(nint place);

    /// <summary>A place has become hot; the program counter stands there.</summary>
    void OnHot(nint place);

    /// <summary>Makes an entry stand for a region.</summary>
    void PutRegion(nint place, int region);

    /// <summary>Whether two instructions are the same.</summary>
    bool AreEqual(TInstruction a, TInstruction b);
}

/// <summary>A view of memory: two regions of the same context reach the same things the same way.</summary>
/// <param name="Code">Where code is looked up; zero in a core that has only one way.</param>
/// <param name="Data">Where data is looked up; likewise.</param>
public readonly record struct RegionContext(nint Code, nint Data)
{
    /// <summary>Whether both are the same.</summary>
    public bool Equals(RegionContext other) => Code == other.Code && Data == other.Data;

    /// <inheritdoc/>
    public override int GetHashCode() => (int)(Code ^ Data);
}
