// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Runtime;

/// <summary>
/// Bytes that never change, kept once however many VMs have them: the firmware of ten equal sensors, the device tree of equal
/// machines. They go when the last of those VMs does. Thread-safe.
/// </summary>
internal static class SharedContent
{
    private const int LookedAt = 4096; // what differs does so here, or is told apart by comparing
    private static readonly Lock Guard = new();
    private static Known? _first;

    /// <summary>The same bytes: those that are kept already, or these.</summary>
    /// <param name="content">Not to be changed any more. Part of an array is left as it is.</param>
    public static ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> content)
    {
        if (!MemoryMarshal.TryGetArray(content, out var segment) || segment.Count != segment.Array!.Length) return content;
        var bytes = content.Span;
        var hash = new HashCode();
        hash.Add(bytes.Length);
        hash.AddBytes(bytes[..Math.Min(bytes.Length, LookedAt)]);
        hash.AddBytes(bytes[Math.Max(0, bytes.Length - LookedAt)..]);
        lock (Guard) return Find(hash.ToHashCode(), segment.Array);
    }

    // A list is enough: there are a few for each VM at the most. What is gone leaves it here.
    private static byte[] Find(int hash, byte[] content)
    {
        ref var place = ref _first;
        while (place is { } known)
        {
            if (!known.Content.TryGetTarget(out var kept))
            {
                place = known.Next;
                continue;
            }
            if (known.Hash == hash && kept.AsSpan().SequenceEqual(content)) return kept;
            place = ref known.Next;
        }
        place = new Known(hash, content);
        return content;
    }

    private sealed class Known(int hash, byte[] content)
    {
        public Known? Next;

        public int Hash => hash;

        public WeakReference<byte[]> Content { get; } = new(content);
    }
}
