// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Migration;

/// <summary>What is done with the bytes of pages.</summary>
internal static class PageBytes
{
    /// <summary>Xors <paramref name="other"/> into <paramref name="page"/>; both of a page's length.</summary>
    public static void Xor(Span<byte> page, ReadOnlySpan<byte> other)
    {
        var to = MemoryMarshal.Cast<byte, Vector<byte>>(page[..MovableRegion.PageBytes]);
        var from = MemoryMarshal.Cast<byte, Vector<byte>>(other[..MovableRegion.PageBytes]);
        for (var i = 0; i < to.Length; i++) to[i] ^= from[i];
    }

    /// <summary>Whether a page holds nothing but zeros.</summary>
    public static bool IsZero(ReadOnlySpan<byte> page) => !page.ContainsAnyExcept((byte)0);
}
