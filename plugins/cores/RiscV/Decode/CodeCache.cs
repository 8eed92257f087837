// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>
/// The decoded instructions of a hart, by physical page. An entry is made when it is first run, so that untouched
/// parts of a page cost no memory on the host.
/// </summary>
/// <remarks>
/// Stores of the guest to a decoded page count from its next FENCE.I on, as Zifencei allows, so that data beside code
/// does not throw the code away at each store. Changes from outside a slice (a debugger, a loader, a restored state)
/// count at once.
/// </remarks>
internal sealed unsafe class CodeCache : IDisposable
{
    /// <summary>Entries of a page.</summary>
    public const int EntriesPerPage = RamRegion.PageBytes / 2;

    /// <summary>Pages held at most: 4096 take up to 64 MiB. Beyond it all are dropped and made again as needed.</summary>
    public const int MaximumPages = 4096;

    // One more entry than halfwords leads on to the next page; rounded to a cache line.
    private const int Stride = EntriesPerPage + 8;
    private const int PagesPerSlab = 16;
    private static readonly nuint SlabBytes = (nuint)(PagesPerSlab * Stride * sizeof(Instruction));

    private readonly RamRegion[] _regions;
    private readonly nint[][] _pages;
    private readonly List<nint> _slabs = [];
    private readonly Stack<nint> _fresh = [];
    private readonly Stack<nint> _used = [];
    private readonly List<(int Region, ulong Page)> _stale = [];
    private readonly TranslationBuffers _buffers;

    /// <summary>A cache over all regions of a machine.</summary>
    public CodeCache(IGuestMemory memory, TranslationBuffers buffers)
    {
        _regions = [.. memory.Regions];
        _pages = new nint[_regions.Length][];
        _buffers = buffers;
        foreach (var region in _regions) region.CodePageWritten += OnCodePageWritten;
    }

    /// <summary>The decoded instructions of a page are no more.</summary>
    public event Action<RamRegion, ulong>? PageDropped;

    /// <summary>Whether the guest runs now: its own stores wait for FENCE.I.</summary>
    public bool IsRunning { get; set; }

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

    /// <summary>FENCE.I: drops what the guest has written to.</summary>
    public void DropStalePages()
    {
        if (_stale.Count == 0) return;
        foreach (var (region, page) in _stale) Drop(region, page);
        _stale.Clear();
        _buffers.FlushCode();
    }

    /// <summary>Drops everything.</summary>
    public void DropAll()
    {
        for (var region = 0; region < _pages.Length; region++)
        {
            for (var page = 0; page < (_pages[region]?.Length ?? 0); page++) Drop(region, (ulong)page);
        }
        _stale.Clear();
        _buffers.FlushCode();
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
        var index = Array.IndexOf(_regions, region);
        if (IsRunning)
        {
            _stale.Add((index, page));
            return;
        }
        Drop(index, page);
        _buffers.FlushCode();
    }

    private void Drop(int region, ulong page)
    {
        var pages = _pages[region];
        if (pages is null || pages[page] == 0) return;
        _used.Push(pages[page]);
        pages[page] = 0;
        PageCount--;
        PageDropped?.Invoke(_regions[region], page);
    }

    // Fresh entries are zero, which is Op.Undecoded; used ones are cleared when they are taken again.
    private nint Take()
    {
        if (_used.TryPop(out var used))
        {
            NativeMemory.Clear((void*)used, Stride * (nuint)sizeof(Instruction));
            return Finish(used);
        }
        if (_fresh.Count == 0) AddSlab();
        return Finish(_fresh.Pop());
    }

    private static nint Finish(nint page)
    {
        // SAFETY: the entry behind the last halfword is inside the stride.
        ((Instruction*)page)[EntriesPerPage].Handler = HandlerIndex.Of(Op.PageEnd, 0);
        return page;
    }

    private void AddSlab()
    {
        var slab = ZeroPages.Allocate(SlabBytes);
        _slabs.Add(slab);
        for (var i = PagesPerSlab - 1; i >= 0; i--) _fresh.Push(slab + i * Stride * sizeof(Instruction));
    }
}
