// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>
/// The last sent versions of pages that are likely to be sent again, up to a bound: what is written once tends to be written
/// again, and most of it is as it was.
/// </summary>
internal sealed class SentPages(int maximumPages)
{
    private readonly Dictionary<(int Region, int Page), byte[]> _pages = [];

    /// <summary>The version that was last sent and kept; empty when none was.</summary>
    public ReadOnlySpan<byte> Find(int region, int page) => _pages.TryGetValue((region, page), out var content) ? content : [];

    /// <summary>Keeps a version that is being sent; once full, only for pages that are kept already.</summary>
    public void Keep(int region, int page, ReadOnlySpan<byte> content)
    {
        if (_pages.TryGetValue((region, page), out var kept)) content.CopyTo(kept);
        else if (_pages.Count < maximumPages) _pages[(region, page)] = content.ToArray();
    }

    /// <summary>Forgets a page.</summary>
    public void Drop(int region, int page) => _pages.Remove((region, page));
}
