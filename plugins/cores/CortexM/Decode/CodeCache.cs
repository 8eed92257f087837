// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Cores.CortexM;

/// <summary>
/// The decoded instructions of a processor, by page of memory. An entry is made when it is first run, so that untouched
/// parts of a page cost no memory on the host.
/// </summary>
/// <remarks>
/// These processors have no instruction cache that programs must care for: a store to code counts at once. Only the
/// instructions that a store hits are decoded anew, so that data beside code does no harm.
/// </remarks>
internal sealed unsafe class CodeCache : IDisposable
{
    /// <summary>Entries of a page.</summary>
    public const int EntriesPerPage = RamRegion.PageBytes / 2;

    /// <summary>Pages held at most: 1024 take up to 32 MiB. Beyond it all are dropped and made again as needed.</summary>
    public const int MaximumPages = 1024;

    // One more entry than halfwords leads on to the next page; rounded to a cache line.
    private const int Stride = EntriesPerPage + 4;
    private const int PagesPerSlab = 8;
    private static readonly nuint SlabBytes = (nuint)(PagesPerSlab * Stride * sizeof(Instruction));

    private readonly RamRegion[] _regions;
    private readonly nint[][] _pages;
    private readonly List<nint> _slabs = [];
    private readonly Stack<nint> _fresh = [];
    private readonly Stack<nint> _used = [];
    private (RamRegion? Region, ulong Offset, int Size) _store;

    /// <summary>A cache over all regions of a machine.</summary>
    public CodeCache(IGuestMemory memory)
    {
        _regions = [.. memory.Regions];
        _pages = new nint[_regions.Length][];
        foreach (var region in _regions) region.CodePageWritten += OnCodePageWritten;
    }

    /// <summary>Instructions of a page are no more.</summary>
    public event Action<RamRegion, ulong>? PageChanged;

    /// <summary>Decoded pages are no more: whoever remembers where they are must forget it.</summary>
    public event Action? Dropped;

    /// <summary>Pages held.</summary>
    public int PageCount { get; private set; }

    /// <summary>The entries of a page, made when there are none.</summary>
    public Instruction* Page(RamRegion region, ulong page)
    {
        var index = Array.IndexOf(_regions, region);
        var pages = _pages[index] ??= new nint[region.PageCount];
        if (pages[page] == 0)
        {
            if (PageCount >= MaximumPages) DropAll();
            pages[page] = Take();
            PageCount++;
            region.MarkCode(page);
        }
        return (Instruction*)pages[page];
    }

    /// <summary>The entries of a page, or null when there are none.</summary>
    public Instruction* Find(RamRegion region, ulong page)
    {
        var pages = _pages[Array.IndexOf(_regions, region)];
        return pages is null ? null : (Instruction*)pages[page];
    }

    /// <summary>The processor itself is about to store here: what else the page holds stays.</summary>
    public void BeginStore(RamRegion region, ulong offset, int size) => _store = (region, offset, size);

    /// <summary>Its store is done.</summary>
    public void EndStore() => _store = default;

    /// <summary>Drops everything.</summary>
    public void DropAll()
    {
        for (var region = 0; region < _pages.Length; region++)
        {
            for (var page = 0; page < (_pages[region]?.Length ?? 0); page++) Drop(region, (ulong)page);
        }
        Dropped?.Invoke();
    }

    /// <summary>Drops everything and gives the memory back. Nobody may hold an entry.</summary>
    public void Release()
    {
        DropAll();
        FreeSlabs();
        _fresh.Clear();
        _used.Clear();
        Array.Clear(_pages);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var region in _regions) region.CodePageWritten -= OnCodePageWritten;
        FreeSlabs();
    }

    private void FreeSlabs()
    {
        foreach (var slab in _slabs) ZeroPages.Free(slab, SlabBytes);
        _slabs.Clear();
    }

    private void OnCodePageWritten(RamRegion region, ulong page)
    {
        if (_store.Region == region)
        {
            Forget(region, page, _store.Offset, _store.Size);
            if (Find(region, page) != null) region.MarkCode(page);
            return;
        }
        // From outside: a device, a loader, a debugger. The page may be the current one, so its entries are cleared in place.
        if (Find(region, page) == null) return;
        Clear(Find(region, page));
        region.MarkCode(page);
        PageChanged?.Invoke(region, page);
    }

    // Forgets the instructions that overlap some bytes of a page.
    private void Forget(RamRegion region, ulong page, ulong offset, int size)
    {
        var entries = Find(region, page);
        if (entries == null) return;
        var pageStart = page << RamRegion.PageShift;
        var first = (int)((Math.Max(offset, pageStart) - pageStart) >> 1);
        var last = (int)((Math.Min(offset + (ulong)size, pageStart + RamRegion.PageBytes) - 1 - pageStart) >> 1);
        var found = false;
        for (var i = Math.Max(0, first - 1); i <= last; i++)
        {
            var entry = entries + i;
            var isBefore = i < first && entry->Op is not Op.Region && entry->Step < 2;
            if (entry->Op == Op.Undecoded || isBefore) continue;
            found = true;
        }
        if (!found) return;
        PageChanged?.Invoke(region, page); // puts the originals back where translated code begins
        for (var i = Math.Max(0, first - 1); i <= last; i++)
        {
            if (i < first && entries[i].Step < 2) continue;
            entries[i] = default;
        }
    }

    private void Drop(int region, ulong page)
    {
        var pages = _pages[region];
        if (pages is null || pages[page] == 0) return;
        PageChanged?.Invoke(_regions[region], page);
        _used.Push(pages[page]);
        pages[page] = 0;
        PageCount--;
    }

    // Fresh entries are zero, which is Op.Undecoded; used ones are cleared when they are taken again.
    private nint Take()
    {
        if (_used.TryPop(out var used))
        {
            Clear((Instruction*)used);
            return used;
        }
        if (_fresh.Count == 0) AddSlab();
        var fresh = _fresh.Pop();
        End((Instruction*)fresh);
        return fresh;
    }

    private static void Clear(Instruction* page)
    {
        NativeMemory.Clear(page, Stride * (nuint)sizeof(Instruction));
        End(page);
    }

    // SAFETY: the entry behind the last halfword is inside the stride.
    private static void End(Instruction* page) => page[EntriesPerPage].Handler = HandlerIndex.Of(Op.PageEnd);

    private void AddSlab()
    {
        var slab = ZeroPages.Allocate(SlabBytes);
        _slabs.Add(slab);
        for (var i = PagesPerSlab - 1; i >= 0; i--) _fresh.Push(slab + i * Stride * sizeof(Instruction));
    }
}
