// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace EdgeHypervisor.Migration;

/// <summary>Collects pages into a block that is compressed as one. Not thread-safe.</summary>
/// <remarks>
/// Block: number of pages (2 bytes); for each the region (1), page (4) and encoding (1); then the contents, of those that
/// have one, in the same order; little endian.
/// </remarks>
internal sealed class PageBatchWriter(int maximumPages)
{
    internal const int CountBytes = 2;
    internal const int EntryBytes = 6;

    private readonly byte[] _entries = new byte[CountBytes + maximumPages * EntryBytes];
    private readonly byte[] _bodies = new byte[maximumPages * MovableRegion.PageBytes];
    private int _bodyLength;

    /// <summary>The pages in the block.</summary>
    public int Count { get; private set; }

    /// <summary>Whether no further page fits.</summary>
    public bool IsFull => Count == maximumPages;

    /// <summary>The longest block of so many pages.</summary>
    public static int MaximumLength(int pages) => CountBytes + pages * (EntryBytes + MovableRegion.PageBytes);

    /// <summary>Adds a page and returns where its content goes: 4096 bytes, or none for <see cref="PageEncoding.Zero"/>.</summary>
    public Span<byte> Add(int region, int page, PageEncoding encoding)
    {
        var entry = _entries.AsSpan(CountBytes + Count++ * EntryBytes);
        entry[0] = (byte)region;
        BinaryPrimitives.WriteInt32LittleEndian(entry[1..], page);
        entry[5] = (byte)encoding;
        if (encoding == PageEncoding.Zero) return [];
        var body = _bodies.AsSpan(_bodyLength, MovableRegion.PageBytes);
        _bodyLength += MovableRegion.PageBytes;
        return body;
    }

    /// <summary>Writes the block and begins the next.</summary>
    public int Take(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_entries, (ushort)Count);
        var entries = CountBytes + Count * EntryBytes;
        _entries.AsSpan(0, entries).CopyTo(destination);
        _bodies.AsSpan(0, _bodyLength).CopyTo(destination[entries..]);
        var length = entries + _bodyLength;
        (Count, _bodyLength) = (0, 0);
        return length;
    }
}
