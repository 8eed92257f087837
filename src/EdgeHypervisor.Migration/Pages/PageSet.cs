// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace EdgeHypervisor.Migration;

/// <summary>A set of pages of a VM's regions: one bit a page. Not thread-safe.</summary>
public sealed class PageSet
{
    private readonly ulong[][] _words;
    private readonly int[] _pageCounts;

    /// <summary>An empty set for these regions.</summary>
    public PageSet(IReadOnlyList<MovableRegion> regions)
    {
        _pageCounts = [.. regions.Select(r => r.PageCount)];
        _words = [.. _pageCounts.Select(count => new ulong[(count + 63) / 64])];
    }

    /// <summary>How many pages are in it.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a page; no matter whether it is there already.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such region or page.</exception>
    public void Add(int region, int page)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)page, (uint)_pageCounts[region], nameof(page));
        ref var word = ref _words[region][page >> 6];
        var bit = 1UL << (page & 63);
        if ((word & bit) != 0) return;
        word |= bit;
        Count++;
    }

    /// <summary>Takes a page out; no matter whether it is in.</summary>
    public void Remove(int region, int page)
    {
        if (!Contains(region, page)) return;
        _words[region][page >> 6] &= ~(1UL << (page & 63));
        Count--;
    }

    /// <summary>Adds all pages of a region.</summary>
    public void AddAll(int region)
    {
        for (var page = 0; page < _pageCounts[region]; page++) Add(region, page);
    }

    /// <summary>Whether a page is in it.</summary>
    public bool Contains(int region, int page) => (_words[region][page >> 6] >> (page & 63) & 1) != 0;

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        foreach (var words in _words) Array.Clear(words);
        Count = 0;
    }

    /// <summary>All pages in it, in order. Pages that were given out may be removed meanwhile.</summary>
    public IEnumerable<(int Region, int Page)> Pages()
    {
        for (var region = 0; region < _words.Length; region++)
        {
            for (var index = 0; index < _words[region].Length; index++)
            {
                for (var word = _words[region][index]; word != 0; word &= word - 1)
                {
                    yield return (region, (index << 6) + BitOperations.TrailingZeroCount(word));
                }
            }
        }
    }
}
