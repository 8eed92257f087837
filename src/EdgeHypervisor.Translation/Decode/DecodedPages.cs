// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Translation;

/// <summary>
/// A core's decoded instructions, by page of memory: an entry for each halfword, and one behind the last that leads on to
/// the next page. An entry is made when it is first run, so that untouched parts of a page cost no memory on the host.
/// What a store to a decoded page means is the core's business.
/// </summary>
/// <remarks>An entry is a decoded instruction of the core; all zero: not decoded yet. A power of two in size, 64 bytes at most.</remarks>
public abstract unsafe class DecodedPages : IDisposable
{
    /// <summary>Entries of a page.</summary>
    public const int EntriesPerPage = RamRegion.PageBytes / 2;

    private const int CacheLineBytes = 64;
    private const int PagesPerSlab = 16;

    // Who looks at the entry before the first one of a page finds nothing decoded there.
    private const int LeadBytes = CacheLineBytes;

    private readonly int _maximumPages;
    private readonly byte[] _pageEnd;
    private readonly int _pageEndOffset;
    private readonly nuint _pageBytes;
    private readonly nuint _slabBytes;
    private readonly RamRegion[] _regions;
    private readonly nint[][] _pages;
    private readonly List<ulong> _slabs = []; // addresses, as the next two
    private readonly List<ulong> _fresh = [];
    private readonly List<ulong> _used = [];

    /// <summary>Pages over all regions of a machine.</summary>
    /// <param name="memory">The machine's memory.</param>
    /// <param name="maximumPages">Pages held at most. Beyond it all are dropped and made again as needed.</param>
    /// <param name="pageEnd">The entry behind the last halfword, and as long as any.</param>
    protected DecodedPages(IGuestMemory memory, int maximumPages, ReadOnlySpan<byte> pageEnd)
    {
        ArgumentNullException.ThrowIfNull(memory);
        _maximumPages = maximumPages;
        _pageEnd = pageEnd.ToArray();
        _pageEndOffset = EntriesPerPage * pageEnd.Length;
        _pageBytes = (nuint)(_pageEndOffset + CacheLineBytes); // one more entry than halfwords, rounded to a cache line
        _slabBytes = PagesPerSlab * _pageBytes + LeadBytes;
        _regions = [.. memory.Regions];
        _pages = new nint[_regions.Length][];
        foreach (var region in _regions) region.CodePageWritten += OnWritten;
    }

    /// <summary>Instructions of a page are no more.</summary>
    public event Action<RamRegion, ulong>? PageChanged;

    /// <summary>Pages held.</summary>
    public int PageCount { get; private set; }

    /// <summary>The entries of a page, made when there are none.</summary>
    public nint Page(RamRegion region, ulong page)
    {
        ArgumentNullException.ThrowIfNull(region);
        var pages = _pages[Array.IndexOf(_regions, region)] ??= new nint[region.PageCount];
        if (pages[page] == 0)
        {
            if (PageCount >= _maximumPages) DropAll();
            pages[page] = Take();
            PageCount++;
            region.MarkCode(page);
        }
        return pages[page];
    }

    /// <summary>Whether a region holds any.</summary>
    public bool Holds(RamRegion region) => _pages[Array.IndexOf(_regions, region)] is { } pages && Array.Exists(pages, page => page != 0);

    /// <summary>The entries of a page, or zero when there are none.</summary>
    public nint Find(RamRegion region, ulong page)
    {
        var pages = _pages[Array.IndexOf(_regions, region)];
        return pages is null ? 0 : pages[page];
    }

    /// <summary>Drops everything.</summary>
    public void DropAll()
    {
        for (var region = 0; region < _pages.Length; region++)
        {
            for (var page = 0; page < (_pages[region]?.Length ?? 0); page++) Drop(_regions[region], (ulong)page);
        }
        OnDropped();
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
        foreach (var region in _regions) region.CodePageWritten -= OnWritten;
        FreeSlabs();
        GC.SuppressFinalize(this);
    }

    /// <summary>A number for a page, of its own among those of all regions.</summary>
    protected ulong KeyOf(RamRegion region, ulong page) => (ulong)Array.IndexOf(_regions, region) << 52 | page;

    /// <summary>A page with decoded instructions was written to, by the guest or by somebody else.</summary>
    protected abstract void OnWritten(RamRegion region, ulong page);

    /// <summary>Pages are gone: whoever remembers where they were must forget it.</summary>
    protected abstract void OnDropped();

    /// <summary>Drops a page. <see cref="OnDropped"/> is for the caller to call.</summary>
    protected void Drop(RamRegion region, ulong page)
    {
        var pages = _pages[Array.IndexOf(_regions, region)];
        if (pages is null || pages[page] == 0) return;
        NotifyChanged(region, page);
        _used.Add((ulong)pages[page]);
        pages[page] = 0;
        PageCount--;
    }

    /// <summary>Forgets the instructions of a page, which stays where it is.</summary>
    protected void Clear(RamRegion region, ulong page)
    {
        NotifyChanged(region, page);
        Clear(Find(region, page));
    }

    /// <summary>Tells that instructions of a page are about to go.</summary>
    protected void NotifyChanged(RamRegion region, ulong page) => PageChanged?.Invoke(region, page);

    // Fresh entries are zero, "not decoded"; used ones are cleared when they are taken again.
    private nint Take()
    {
        if (_used.Count > 0)
        {
            var used = TakeLast(_used);
            Clear(used);
            return used;
        }
        if (_fresh.Count == 0) AddSlab();
        var fresh = TakeLast(_fresh);
        SetPageEnd(fresh);
        return fresh;
    }

    private static nint TakeLast(List<ulong> pages)
    {
        var last = pages[^1];
        pages.RemoveAt(pages.Count - 1);
        return (nint)last;
    }

    // SAFETY (both): a page has so many bytes, and the entry behind the last halfword is inside.
    private void Clear(nint page)
    {
        NativeMemory.Clear((void*)page, _pageBytes);
        SetPageEnd(page);
    }

    private void SetPageEnd(nint page) => _pageEnd.AsSpan().CopyTo(new Span<byte>((void*)(page + _pageEndOffset), _pageEnd.Length));

    private void AddSlab()
    {
        var slab = ZeroPages.Allocate(_slabBytes);
        _slabs.Add((ulong)slab);
        for (var i = PagesPerSlab - 1; i >= 0; i--) _fresh.Add((ulong)(slab + LeadBytes + (i * (nint)_pageBytes)));
    }

    private void FreeSlabs()
    {
        foreach (var slab in _slabs) ZeroPages.Free((nint)slab, _slabBytes);
        _slabs.Clear();
    }
}
