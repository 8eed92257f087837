// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace EdgeHypervisor.Migration;

/// <summary>Takes the pages of a block apart and writes them to where the VM is being received. Trusts nothing.</summary>
internal sealed class PageBatchReader(IReadOnlyList<MovableRegion> regions, IVmReceiver receiver, ImageDigest digest)
{
    private readonly byte[] _page = new byte[MovableRegion.PageBytes];

    /// <summary>Writes all pages of a block.</summary>
    /// <exception cref="FormatException">Not a block for these regions.</exception>
    public void Apply(ReadOnlySpan<byte> block)
    {
        if (block.Length < PageBatchWriter.CountBytes) throw new FormatException("a block of pages without a count");
        var count = BinaryPrimitives.ReadUInt16LittleEndian(block);
        var bodies = PageBatchWriter.CountBytes + count * PageBatchWriter.EntryBytes;
        if (bodies > block.Length) throw new FormatException($"a block that is too short for its {count} pages");
        var rest = block[bodies..];
        for (var i = 0; i < count; i++)
        {
            rest = Apply(block.Slice(PageBatchWriter.CountBytes + i * PageBatchWriter.EntryBytes, PageBatchWriter.EntryBytes), rest);
        }
        if (!rest.IsEmpty) throw new FormatException("a block with bytes after its pages");
    }

    /// <summary>Writes one page that is known to be whole.</summary>
    public void Write(int region, int page, ReadOnlySpan<byte> content)
    {
        receiver.WritePage(region, page, content);
        digest.Set(region, page, content);
    }

    /// <summary>Checks that there is such a page.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public void RequirePage(int region, int page)
    {
        if (region >= regions.Count || (uint)page >= (uint)regions[region].PageCount) throw new FormatException($"page {page} of region {region}, which is not there");
    }

    private ReadOnlySpan<byte> Apply(ReadOnlySpan<byte> entry, ReadOnlySpan<byte> bodies)
    {
        var region = entry[0];
        var page = BinaryPrimitives.ReadInt32LittleEndian(entry[1..]);
        var encoding = (PageEncoding)entry[5];
        RequirePage(region, page);
        if (encoding == PageEncoding.Zero)
        {
            Array.Clear(_page);
            Write(region, page, _page);
            return bodies;
        }
        if (bodies.Length < MovableRegion.PageBytes) throw new FormatException("a page without its content");
        Write(region, page, Content(encoding, region, page, bodies[..MovableRegion.PageBytes]));
        return bodies[MovableRegion.PageBytes..];
    }

    private ReadOnlySpan<byte> Content(PageEncoding encoding, int region, int page, ReadOnlySpan<byte> body)
    {
        if (encoding == PageEncoding.Whole) return body;
        if (encoding != PageEncoding.Xor) throw new FormatException($"page encoding {encoding}");
        receiver.ReadPage(region, page, _page);
        PageBytes.Xor(_page, body);
        return _page;
    }
}
