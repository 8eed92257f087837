// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EdgeHypervisor.Migration;

/// <summary>
/// The digest of everything that is moved: a hash tree over the pages of all regions, and the state. A page that is written
/// again costs its own hash, and at the end those of the groups that changed. All pages begin as zeros.
/// </summary>
/// <remarks>
/// Page: SHA-256 of its 4096 bytes. Group of 128 pages: SHA-256 of the page hashes. Root: SHA-256 of "EHV1", the number of
/// regions, for each its name's length, name, length and group hashes, then the SHA-256 of the state; numbers little endian, 8 bytes.
/// </remarks>
public sealed class ImageDigest
{
    private const int GroupPages = 128;

    private readonly IReadOnlyList<MovableRegion> _regions;
    private readonly Digest256[]?[][] _pages; // null: a group of zero pages
    private readonly Digest256?[][] _groups;  // null: to be computed
    private readonly Digest256 _zeroPage;
    private readonly Digest256 _zeroGroup;

    /// <summary>The digest of zeros.</summary>
    public ImageDigest(IReadOnlyList<MovableRegion> regions)
    {
        _regions = regions;
        _pages = [.. regions.Select(r => new Digest256[]?[GroupCount(r)])];
        _groups = [.. regions.Select(r => new Digest256?[GroupCount(r)])];
        _zeroPage = Hash(new byte[MovableRegion.PageBytes]);
        _zeroGroup = HashGroup(Enumerable.Repeat(_zeroPage, GroupPages).ToArray());
    }

    /// <summary>The SHA-256 of a page.</summary>
    public static Digest256 Hash(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[Digest256.LengthBytes];
        SHA256.HashData(bytes, hash);
        return Digest256.FromBytes(hash);
    }

    /// <summary>Takes a page's new content and returns its hash.</summary>
    public Digest256 Set(int region, int page, ReadOnlySpan<byte> content)
    {
        var hash = Hash(content);
        Set(region, page, hash);
        return hash;
    }

    /// <summary>Takes the hash of a page's new content.</summary>
    public void Set(int region, int page, Digest256 hash)
    {
        ref var group = ref _pages[region][page / GroupPages];
        group ??= NewGroup();
        if (group[page % GroupPages] == hash) return;
        group[page % GroupPages] = hash;
        _groups[region][page / GroupPages] = null;
    }

    /// <summary>Takes a page that is now zeros.</summary>
    public void SetZero(int region, int page)
    {
        if (_pages[region][page / GroupPages] is not null) Set(region, page, _zeroPage);
    }

    /// <summary>The hash of a page as it is.</summary>
    public Digest256 Page(int region, int page) => _pages[region][page / GroupPages]?[page % GroupPages] ?? _zeroPage;

    /// <summary>The digest of all pages as they are and this state.</summary>
    public Digest256 Root(ReadOnlySpan<byte> state)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("EHV1"u8);
        AppendNumber(hash, _regions.Count);
        for (var region = 0; region < _regions.Count; region++) AppendRegion(hash, region);
        AppendDigest(hash, Hash(state));
        return Digest256.FromBytes(hash.GetHashAndReset());
    }

    private static int GroupCount(MovableRegion region) => (region.PageCount + GroupPages - 1) / GroupPages;

    private void AppendRegion(IncrementalHash hash, int region)
    {
        var name = Encoding.UTF8.GetBytes(_regions[region].Name);
        AppendNumber(hash, name.Length);
        hash.AppendData(name);
        AppendNumber(hash, _regions[region].LengthBytes);
        for (var group = 0; group < _groups[region].Length; group++) AppendDigest(hash, Group(region, group));
    }

    private Digest256 Group(int region, int group)
    {
        if (_pages[region][group] is not { } pages) return _zeroGroup;
        return _groups[region][group] ??= HashGroup(pages);
    }

    private static Digest256 HashGroup(Digest256[] pages)
    {
        var bytes = new byte[GroupPages * Digest256.LengthBytes];
        for (var i = 0; i < GroupPages; i++) pages[i].CopyTo(bytes.AsSpan(i * Digest256.LengthBytes));
        return Hash(bytes);
    }

    private Digest256[] NewGroup()
    {
        var group = new Digest256[GroupPages];
        Array.Fill(group, _zeroPage);
        return group;
    }

    private static void AppendNumber(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }

    private static void AppendDigest(IncrementalHash hash, Digest256 digest)
    {
        Span<byte> bytes = stackalloc byte[Digest256.LengthBytes];
        digest.CopyTo(bytes);
        hash.AppendData(bytes);
    }
}
