// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>
/// The remembered pages of a hart, a set for each privilege, so that a trap to the operating system and back keeps
/// them. Sets come to be when they are first used.
/// </summary>
internal sealed unsafe class TranslationBuffers(Hart* hart) : IDisposable
{
    private const int Sets = 4;
    private static readonly nuint FetchBytes = (nuint)(Hart.FetchSlots * sizeof(FetchSlot)), DataBytes = (nuint)(2 * Hart.TlbSlots * sizeof(TlbSlot));
    private readonly nint[] _fetch = new nint[Sets];
    private readonly nint[] _data = new nint[Sets];
    private readonly NumberFilter _largePages = new(), _code = new();
    private ulong _largeShifts; // a bit for each size of page that was remembered in parts

    /// <summary>Points the hart at the sets of its privilege, and of that of its loads and stores when they are checked.</summary>
    public void Select(Privilege fetch, Privilege? data)
    {
        hart->Fetch = FetchSet(fetch);
        var slots = data is { } privilege ? DataSet(privilege) : null;
        hart->LoadTlb = slots;
        hart->StoreTlb = slots == null ? null : slots + Hart.TlbSlots;
    }

    /// <summary>An address was looked up whose page is larger than what is remembered of it.</summary>
    /// <param name="address">The address.</param>
    /// <param name="shift">The bits of an offset in the large page.</param>
    public void NoteLargePage(ulong address, int shift)
    {
        _largeShifts |= 1UL << shift;
        _largePages.Add(LargePage(address, shift));
    }

    /// <summary>Code was looked up there: translated regions may take it for granted.</summary>
    public void NoteCode(ulong address) => _code.Add(PageOf(address));

    /// <summary>
    /// Forgets one page: what SFENCE.VMA with an address asks for. Linux does so after each page fault. Of a large page all parts go, and with them everything.
    /// </summary>
    /// <remarks>Privileged specification, 4.2.1: the leaf entry for the address, and with it the whole of a superpage.</remarks>
    public void Flush(ulong address)
    {
        if (IsInLargePage(address))
        {
            Flush();
            return;
        }
        var page = PageOf(address);
        if (_code.MayContain(page))
        {
            hart->Epoch++;
            foreach (var set in _fetch)
            {
                var slot = (FetchSlot*)set + (page >> RamRegion.PageShift & (Hart.FetchSlots - 1));
                if (set != 0 && slot->Page == page) slot->Page = FetchSlot.Empty;
            }
        }
        foreach (var set in _data)
        {
            if (set == 0) continue;
            Forget((TlbSlot*)set, page);
            Forget((TlbSlot*)set + Hart.TlbSlots, page); // of stores
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Flush()
    {
        hart->Epoch++;
        _largePages.Clear();
        _code.Clear();
        _largeShifts = 0;
        FlushCode();
        foreach (var set in _data)
        {
            if (set != 0) Clear((TlbSlot*)set);
        }
    }

    /// <summary>Forgets where code is, for when decoded pages were dropped.</summary>
    public void FlushCode()
    {
        foreach (var set in _fetch)
        {
            if (set != 0) Clear((FetchSlot*)set);
        }
    }

    /// <summary>A page of code was written to: forgets where it is, but in the slot of the page that the hart is in.</summary>
    public void ForgetPage(byte* host)
    {
        hart->Epoch++; // no region takes it for granted
        var current = hart->Fetch + (hart->State.Pc >> RamRegion.PageShift & (Hart.FetchSlots - 1));
        foreach (var set in _fetch)
        {
            if (set == 0) continue;
            for (var slot = (FetchSlot*)set; slot < (FetchSlot*)set + Hart.FetchSlots; slot++)
            {
                if (slot->Host == host && slot != current) slot->Page = FetchSlot.Empty;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (var i = 0; i < Sets; i++)
        {
            Free(ref _fetch[i], FetchBytes);
            Free(ref _data[i], DataBytes);
        }
    }

    private static ulong PageOf(ulong address) => address & ~(ulong)(RamRegion.PageBytes - 1);

    // The number of a large page, and its size in the bits that the shift has freed.
    private static ulong LargePage(ulong address, int shift) => address >> shift << RamRegion.PageShift | (uint)shift;

    private bool IsInLargePage(ulong address)
    {
        for (var shifts = _largeShifts; shifts != 0; shifts &= shifts - 1)
        {
            if (_largePages.MayContain(LargePage(address, BitOperations.TrailingZeroCount(shifts)))) return true;
        }
        return false;
    }

    private FetchSlot* FetchSet(Privilege privilege)
    {
        ref var set = ref _fetch[(int)privilege];
        if (set == 0)
        {
            set = ZeroPages.Allocate(FetchBytes);
            ((FetchSlot*)set)->Page = FetchSlot.Empty;
        }
        return (FetchSlot*)set;
    }

    private TlbSlot* DataSet(Privilege privilege)
    {
        ref var set = ref _data[(int)privilege];
        if (set == 0)
        {
            set = ZeroPages.Allocate(DataBytes);
            ((TlbSlot*)set)->Page = FetchSlot.Empty;
            ((TlbSlot*)set + Hart.TlbSlots)->Page = FetchSlot.Empty;
        }
        return (TlbSlot*)set;
    }

    // SAFETY (all): the sets were allocated with exactly these numbers of slots. What was never used stays zero, and takes
    // no memory: page 0, the only one with that address, is looked for in the first slot alone, which is zero when it holds that page.
    private static void Clear(FetchSlot* slots)
    {
        slots->Page = FetchSlot.Empty;
        for (var i = 1; i < Hart.FetchSlots; i++)
        {
            if (slots[i].Page != 0) slots[i].Page = FetchSlot.Empty;
        }
    }

    private static void Clear(TlbSlot* slots)
    {
        ClearTable(slots);
        ClearTable(slots + Hart.TlbSlots);
    }

    private static void ClearTable(TlbSlot* slots)
    {
        slots->Page = FetchSlot.Empty;
        for (var i = 1; i < Hart.TlbSlots; i++)
        {
            if (slots[i].Page != 0) slots[i].Page = FetchSlot.Empty;
        }
    }

    private static void Forget(TlbSlot* slots, ulong page)
    {
        var slot = slots + (page >> RamRegion.PageShift & (Hart.TlbSlots - 1));
        if (slot->Page == page) slot->Page = FetchSlot.Empty;
    }

    private static void Free(ref nint set, nuint lengthBytes)
    {
        if (set != 0) ZeroPages.Free(set, lengthBytes);
        set = 0;
    }
}
