// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Runtime;

/// <summary>
/// Bytes that never change, kept once however many VMs have them: the firmware of ten equal sensors, the device tree of equal
/// machines. They go when the last of those VMs does. Thread-safe.
/// </summary>
internal static class SharedContent
{
    private const int LeastSweep = 64;
    private const int LookedAt = 4096; // what differs does so here, or is told apart by comparing
    private static readonly Lock Guard = new();
    private static readonly Dictionary<int, List<WeakReference<byte[]>>> Known = [];
    private static int _added;

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

    private static byte[] Find(int hash, byte[] content)
    {
        if (!Known.TryGetValue(hash, out var alike)) Known.Add(hash, alike = []);
        foreach (var reference in alike)
        {
            if (reference.TryGetTarget(out var kept) && kept.AsSpan().SequenceEqual(content)) return kept;
        }
        alike.Add(new WeakReference<byte[]>(content));
        if (++_added > Math.Max(LeastSweep, Known.Count)) Sweep();
        return content;
    }

    private static void Sweep()
    {
        _added = 0;
        foreach (var (hash, alike) in Known)
        {
            alike.RemoveAll(reference => !reference.TryGetTarget(out _));
            if (alike.Count == 0) Known.Remove(hash);
        }
    }
}
