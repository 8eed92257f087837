// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace EdgeHypervisor.Runtime;

/// <summary>A set of pages of one region, one bit each.</summary>
public sealed class PageBitmap
{
    private readonly ulong[] _words;

    /// <summary>An empty set of pages below <paramref name="pageCount"/>.</summary>
    public PageBitmap(ulong pageCount)
    {
        PageCount = pageCount;
        _words = new ulong[checked((int)((pageCount + 63) / 64))];
    }

    /// <summary>Number of pages of the region.</summary>
    public ulong PageCount { get; }

    /// <summary>Number of pages in the set.</summary>
    public ulong Count
    {
        get
        {
            ulong count = 0;
            foreach (var word in _words) count += (ulong)BitOperations.PopCount(word);
            return count;
        }
    }

    /// <summary>Whether a page is in the set.</summary>
    public bool this[ulong page] => page < PageCount && (_words[page >> 6] >> (int)(page & 63) & 1) != 0;

    /// <summary>Puts a page into the set.</summary>
    public void Add(ulong page)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(page, PageCount);
        _words[page >> 6] |= 1UL << (int)(page & 63);
    }

    /// <summary>Takes a page out of the set.</summary>
    public void Remove(ulong page)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(page, PageCount);
        _words[page >> 6] &= ~(1UL << (int)(page & 63));
    }

    /// <summary>Adds every page of another set of the same region.</summary>
    public void UnionWith(PageBitmap other)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(other.PageCount, PageCount, nameof(other));
        for (var i = 0; i < _words.Length; i++) _words[i] |= other._words[i];
    }

    /// <summary>Empties the set.</summary>
    public void Clear() => Array.Clear(_words);

    /// <summary>The pages in rising order. The set must not change meanwhile.</summary>
    public IEnumerable<ulong> Pages()
    {
        for (var i = 0; i < _words.Length; i++)
        {
            for (var word = _words[i]; word != 0; word &= word - 1)
                yield return ((ulong)i << 6) + (ulong)BitOperations.TrailingZeroCount(word);
        }
    }
}
