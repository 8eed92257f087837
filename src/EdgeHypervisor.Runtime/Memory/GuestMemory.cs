// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Runtime;

/// <summary>
/// The RAM and ROM of one VM. Reading and writing belong to the VM's turn; <see cref="TryCopyPage"/> and
/// <see cref="FindPopulated"/> may be called from any thread, so that a move can read pages while the guest runs.
/// </summary>
public sealed unsafe class GuestMemory : IGuestMemory, IDisposable
{
    private const ulong CleanInEachByte = 0x0101_0101_0101_0101UL * (byte)PageFlags.Clean;

    // Microcontrollers have memory in the first GiB; what comes before and behind it are page flags and guards.
    private const ulong MaximumSpread = 2UL << 30;
    private const ulong SpreadMargin = 4UL << 20;

    private readonly GuestMapping[] _mappings;
    private readonly RamRegion[] _banks;
    private readonly RamRegion[] _regions;
    private readonly RegionLayout[] _layout;
    private ReadOnlyRange[] _readOnlyStores = [];

    /// <summary>Maps the regions; nothing is allocated until it is touched.</summary>
    /// <exception cref="MachineException">Regions overlap, or are not whole pages.</exception>
    /// <exception cref="IOException">The host has no room.</exception>
    public GuestMemory(IReadOnlyList<RegionLayout> layout)
    {
        var all = Sorted(layout);
        CheckLayout(all);
        var hasAliases = HasAliases(all);
        _layout = hasAliases ? WithoutAliases(all) : all;
        _mappings = new GuestMapping[_layout.Length];
        _banks = new RamRegion[_layout.Length];
        try
        {
            var origin = FindOrigin();
            for (var i = 0; i < _layout.Length; i++)
            {
                MapBank(i, _layout[i], origin);
                TotalBytes += _layout[i].LengthBytes;
            }
            _regions = hasAliases ? WithAliases(all) : _banks;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<RamRegion> Regions => _regions;

    /// <summary>
    /// The regions that have bytes of their own, in order of their addresses: all but the aliases. Snapshots and moves know
    /// them by their index here.
    /// </summary>
    public IReadOnlyList<RamRegion> Banks => _banks;

    /// <summary>The banks as they were described, in the same order.</summary>
    public IReadOnlyList<RegionLayout> Layout => _layout;

    /// <summary>Bytes of all regions together.</summary>
    public ulong TotalBytes { get; }

    /// <inheritdoc/>
    public bool TryRead(ulong address, Span<byte> destination)
    {
        if (!IsMapped(address, (ulong)destination.Length)) return false;
        while (!destination.IsEmpty)
        {
            var piece = Piece(address, destination.Length, out _, out _);
            piece.CopyTo(destination);
            destination = destination[piece.Length..];
            address += (ulong)piece.Length;
        }
        return true;
    }

    /// <inheritdoc/>
    public bool TryWrite(ulong address, ReadOnlySpan<byte> source)
    {
        if (!IsMapped(address, (ulong)source.Length) || !IsWritable(address, source.Length)) return false;
        while (!source.IsEmpty)
        {
            var piece = Piece(address, source.Length, out var region, out var offset);
            _ = region.PrepareStore(offset, (ulong)piece.Length);
            source[..piece.Length].CopyTo(piece);
            source = source[piece.Length..];
            address += (ulong)piece.Length;
        }
        return true;
    }

    /// <summary>Writes ROM too: for loaders, debuggers, flash controllers and a restored state. False unless the whole range is RAM or ROM.</summary>
    public bool TryProgram(ulong address, ReadOnlySpan<byte> source)
    {
        if (!IsMapped(address, (ulong)source.Length)) return false;
        while (!source.IsEmpty)
        {
            var piece = Piece(address, source.Length, out var region, out var offset);
            for (var page = offset >> RamRegion.PageShift; page <= (offset + (ulong)piece.Length - 1) >> RamRegion.PageShift; page++)
                region.MarkWritten(page);
            source[..piece.Length].CopyTo(piece);
            source = source[piece.Length..];
            address += (ulong)piece.Length;
        }
        return true;
    }

    /// <inheritdoc/>
    public void OnReadOnlyStore(ulong start, ulong lengthBytes, ReadOnlyStore handler) => _readOnlyStores = [.. _readOnlyStores, new ReadOnlyRange(start, lengthBytes, handler)];

    /// <summary>A guest's store to read-only memory; false when nobody takes it.</summary>
    public bool TryStoreReadOnly(ulong address, AccessWidth width, ulong value)
    {
        foreach (var (start, lengthBytes, handler) in _readOnlyStores)
        {
            if (address - start < lengthBytes && lengthBytes - (address - start) >= (ulong)width) return handler(address, width, value);
        }
        return false;
    }

    /// <summary>Whether an address lies in flash, directly or through an alias.</summary>
    public bool IsFlash(ulong address)
    {
        if (Find(address) is not { } region) return false;
        // SAFETY: both are addresses of mappings; they are compared, not read.
        return _layout.Where((layout, i) => layout.Erased is not null
            && (ulong)(region.Host + (address - region.Start) - _banks[i].Host) < layout.LengthBytes).Any();
    }

    /// <summary>Makes all memory zero again, flash too, and gives the pages back to the host. On the VM's turn.</summary>
    public void Clear() => Clear(flashToo: true);

    /// <summary>What is left after the power was off: RAM is zero, flash as it was. On the VM's turn.</summary>
    public void PowerOff() => Clear(flashToo: false);

    /// <summary>
    /// The pages of a region that were ever touched; all others are zero. Does not touch any, so it is cheap for a
    /// large and mostly empty guest. Any thread.
    /// </summary>
    public PageBitmap FindPopulated(int region)
    {
        using var hold = new Hold(_mappings[region]);
        var pages = new PageBitmap(_banks[region].PageCount);
        var next = 0UL;
        while (_mappings[region].TryFindPopulated(next, out var first, out var end))
        {
            for (var page = first; page < end; page++) pages.Add(page);
            next = end;
        }
        return pages;
    }

    /// <summary>
    /// Begins to watch a region: from now on <see cref="CollectDirty"/> gives the pages written since. On the VM's turn.
    /// </summary>
    public void BeginTracking(int region) => CollectDirty(region, into: null);

    /// <summary>
    /// Adds the pages of a region that were written since the last call (or <see cref="BeginTracking"/>) to a set and
    /// begins anew. A page that was never watched counts as written. On the VM's turn, between slices.
    /// </summary>
    public void CollectDirty(int region, PageBitmap? into)
    {
        // SAFETY: the table has one byte a page, lives as long as the mapping, and is changed on the VM's turn only, as here.
        var flags = new Span<byte>(_banks[region].Flags, checked((int)_banks[region].PageCount));
        var words = MemoryMarshal.Cast<byte, ulong>(flags);
        for (var i = 0; i < words.Length; i++)
        {
            if ((words[i] & CleanInEachByte) == CleanInEachByte) continue;
            for (var j = 8 * i; j < (8 * i) + 8; j++) CollectPage(flags, j, into);
        }
        for (var j = 8 * words.Length; j < flags.Length; j++) CollectPage(flags, j, into);
    }

    /// <summary>
    /// Copies one page. While the guest runs the copy may be torn; the page is then dirty again and will be collected.
    /// False when the VM is gone. Any thread.
    /// </summary>
    /// <param name="region">Which region.</param>
    /// <param name="page">Which page of it.</param>
    /// <param name="destination">At least 4096 bytes.</param>
    public bool TryCopyPage(int region, ulong page, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(page, _banks[region].PageCount);
        var held = false;
        try
        {
            _mappings[region].DangerousAddRef(ref held);
            PageSpan(region, page).CopyTo(destination);
            return true;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            if (held) _mappings[region].DangerousRelease();
        }
    }

    /// <summary>Replaces one page, ROM too, and marks it written. On the VM's turn.</summary>
    public void LoadPage(int region, ulong page, ReadOnlySpan<byte> content)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(content.Length, RamRegion.PageBytes, nameof(content));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(page, _banks[region].PageCount);
        _banks[region].MarkWritten(page);
        content.CopyTo(PageSpan(region, page));
    }

    /// <summary>Whether 4096 bytes, or any other number, are all zero.</summary>
    public static bool IsZero(ReadOnlySpan<byte> page) => !page.ContainsAnyExcept((byte)0);

    /// <summary>Unmaps everything. A copy under way in another thread is finished first.</summary>
    public void Dispose()
    {
        foreach (var mapping in _mappings) mapping?.Dispose();
    }

    /// <summary>The bytes of a page in place; the caller is on the VM's turn, or holds the mapping.</summary>
    internal Span<byte> PageSpan(int region, ulong page) =>
        // SAFETY: callers have checked that page is below PageCount; the mapping lives as long as this object or their hold.
        new(_banks[region].Host + (page << RamRegion.PageShift), RamRegion.PageBytes);

    private void Clear(bool flashToo)
    {
        for (var i = 0; i < _banks.Length; i++)
        {
            if (!flashToo && _layout[i].Erased is not null) continue;
            for (ulong page = 0; page < _banks[i].PageCount; page++) _banks[i].MarkWritten(page);
            _mappings[i].Clear();
        }
    }

    private static void CollectPage(Span<byte> flags, int page, PageBitmap? into)
    {
        if ((flags[page] & (byte)PageFlags.Clean) != 0) return;
        into?.Add((ulong)page);
        flags[page] |= (byte)PageFlags.Clean;
    }

    private static void CheckLayout(RegionLayout[] layout)
    {
        for (var i = 0; i < layout.Length; i++)
        {
            var region = layout[i];
            if (region.LengthBytes == 0 || region.LengthBytes % RamRegion.PageBytes != 0 || region.Start % RamRegion.PageBytes != 0)
                throw new MachineException($"memory {region.Name}", $"0x{region.Start:x} + {region.LengthBytes} bytes is not whole pages of 4096 bytes");
            if (region.LengthBytes > 1UL << 40 || region.Start + (region.LengthBytes - 1) < region.Start)
                throw new MachineException($"memory {region.Name}", $"{region.LengthBytes} bytes at 0x{region.Start:x} do not fit the address space");
            if (i > 0 && region.Start < layout[i - 1].Start + layout[i - 1].LengthBytes)
                throw new MachineException($"memory {region.Name}", $"overlaps memory {layout[i - 1].Name} at 0x{region.Start:x}");
        }
    }

    // Where address 0 would be on the host if all banks of a small address space lay there as far apart as the guest sees
    // them: translated code then reaches each of them by one distance. Null where that is not worth it.
    private byte* FindOrigin()
    {
        if (_layout.Length < 2 || _layout[^1].Start + _layout[^1].LengthBytes > MaximumSpread) return null;
        var room = GuestMapping.FindRoom(_layout[^1].Start + _layout[^1].LengthBytes + 2 * SpreadMargin);
        return room is null ? null : room + SpreadMargin;
    }

    private void MapBank(int index, RegionLayout layout, byte* origin)
    {
        var mapping = GuestMapping.Create(layout.Name, layout.LengthBytes, origin is null ? null : origin + layout.Start);
        _mappings[index] = mapping;
        _banks[index] = new RamRegion(layout.Name, layout.Start, layout.LengthBytes, mapping.Data, mapping.Flags);
        // SAFETY: as many bytes as were mapped just now.
        if (layout.Erased is { } erased) new Span<byte>(mapping.Data, checked((int)layout.LengthBytes)).Fill(erased);
        if (!layout.ReadOnly) return;
        // SAFETY: one flag byte a page, as mapped just now.
        new Span<byte>(mapping.Flags, checked((int)_banks[index].PageCount)).Fill((byte)PageFlags.ReadOnly);
    }

    // Few, and mostly in that order already.
    private static RegionLayout[] Sorted(IReadOnlyList<RegionLayout> layout)
    {
        var all = new RegionLayout[layout.Count];
        for (var i = 0; i < all.Length; i++)
        {
            var at = i;
            for (; at > 0 && all[at - 1].Start > layout[i].Start; at--) all[at] = all[at - 1];
            all[at] = layout[i];
        }
        return all;
    }

    private static bool HasAliases(RegionLayout[] layout)
    {
        foreach (var region in layout)
        {
            if (region.AliasOf is not null) return true;
        }
        return false;
    }

    private static RegionLayout[] WithoutAliases(RegionLayout[] layout) => Array.FindAll(layout, region => region.AliasOf is null);

    private RamRegion[] WithAliases(RegionLayout[] layout)
    {
        RamRegion[] regions = [.. _banks, .. Array.ConvertAll(Array.FindAll(layout, region => region.AliasOf is not null), MapAlias)];
        Array.Sort(regions, (a, b) => a.Start.CompareTo(b.Start));
        return regions;
    }

    private RamRegion MapAlias(RegionLayout alias)
    {
        var origin = Array.FindIndex(_layout, region => region.Name == alias.AliasOf);
        if (origin < 0) throw new MachineException($"memory {alias.Name}", $"there is no memory '{alias.AliasOf}' that it could be an alias of");
        if (alias.AliasOffset % RamRegion.PageBytes != 0 || !_banks[origin].Contains(_banks[origin].Start + alias.AliasOffset, alias.LengthBytes))
            throw new MachineException($"memory {alias.Name}", $"{alias.LengthBytes} bytes at 0x{alias.AliasOffset:x} are not whole pages of memory {alias.AliasOf}");
        return _banks[origin].CreateAlias(alias.Name, alias.Start, alias.AliasOffset, alias.LengthBytes);
    }

    private bool IsMapped(ulong address, ulong lengthBytes)
    {
        while (lengthBytes > 0)
        {
            var region = Find(address);
            if (region is null) return false;
            var room = region.LengthBytes - (address - region.Start);
            if (lengthBytes <= room) return true;
            lengthBytes -= room;
            address += room;
        }
        return true;
    }

    private bool IsWritable(ulong address, int lengthBytes)
    {
        while (lengthBytes > 0)
        {
            var piece = Piece(address, lengthBytes, out var region, out var offset);
            for (var page = offset >> RamRegion.PageShift; page <= (offset + (ulong)piece.Length - 1) >> RamRegion.PageShift; page++)
            {
                // SAFETY: the piece lies inside the region, so does its page in the table.
                if ((region.Flags[page] & (byte)PageFlags.ReadOnly) != 0) return false;
            }
            lengthBytes -= piece.Length;
            address += (ulong)piece.Length;
        }
        return true;
    }

    // The longest piece of a range, known to be mapped, that lies in one region.
    private Span<byte> Piece(ulong address, int lengthBytes, out RamRegion region, out ulong offset)
    {
        region = Find(address)!;
        offset = address - region.Start;
        var length = (int)Math.Min((ulong)lengthBytes, region.LengthBytes - offset);
        // SAFETY: offset is below LengthBytes and length does not reach beyond it.
        return new Span<byte>(region.Host + offset, length);
    }

    private RamRegion? Find(ulong address)
    {
        foreach (var region in _regions)
        {
            if (address - region.Start < region.LengthBytes) return region;
        }
        return null;
    }

    private sealed record ReadOnlyRange(ulong Start, ulong LengthBytes, ReadOnlyStore Handler);

    private readonly ref struct Hold
    {
        private readonly GuestMapping _mapping;

        public Hold(GuestMapping mapping)
        {
            var held = false;
            mapping.DangerousAddRef(ref held);
            _mapping = mapping;
        }

        public void Dispose() => _mapping.DangerousRelease();
    }
}
