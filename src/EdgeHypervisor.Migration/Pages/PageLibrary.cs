// SPDX-License-Identifier: Apache-2.0
using Microsoft.Win32.SafeHandles;

namespace EdgeHypervisor.Migration;

/// <summary>Pages found by their SHA-256, in files on this board: firmware images, images of VMs that were here before.</summary>
public sealed class PageLibrary : IDisposable
{
    private readonly Dictionary<Digest256, (SafeFileHandle File, long Offset)> _pages = [];
    private readonly List<SafeFileHandle> _files = [];

    /// <summary>How many different pages there are.</summary>
    public int Count => _pages.Count;

    /// <summary>Adds every whole page of a file, from an offset on. Pages of zeros are not worth it and left out.</summary>
    public void AddFile(string path, long offset = 0, int maximumPages = 65_536)
    {
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        _files.Add(file);
        var page = new byte[MovableRegion.PageBytes];
        for (; maximumPages > 0 && RandomAccess.Read(file, page, offset) == page.Length; offset += page.Length, maximumPages--)
        {
            if (page.AsSpan().ContainsAnyExcept((byte)0)) _pages.TryAdd(ImageDigest.Hash(page), (file, offset));
        }
    }

    /// <summary>Reads a page; false when it is not known, or no longer what it was.</summary>
    public bool TryRead(Digest256 hash, Span<byte> destination) =>
        _pages.TryGetValue(hash, out var at)
        && RandomAccess.Read(at.File, destination[..MovableRegion.PageBytes], at.Offset) == MovableRegion.PageBytes
        && ImageDigest.Hash(destination[..MovableRegion.PageBytes]) == hash;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _files) file.Dispose();
    }
}
