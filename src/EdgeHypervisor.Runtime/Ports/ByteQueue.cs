// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Bytes that wait, first in, first out. Takes no memory before there are some; .NET's own queue would be compiled for bytes at each start.</summary>
internal sealed class ByteQueue
{
    private byte[] _ring = [];
    private int _first;

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>Puts bytes behind those that wait.</summary>
    public void Enqueue(ReadOnlySpan<byte> bytes)
    {
        if (Count + bytes.Length > _ring.Length) Grow(Count + bytes.Length);
        foreach (var value in bytes) _ring[(_first + Count++) % _ring.Length] = value;
    }

    /// <summary>Takes the first one; false when none waits.</summary>
    public bool TryDequeue(out byte value)
    {
        value = 0;
        if (Count == 0) return false;
        value = _ring[_first];
        _first = (_first + 1) % _ring.Length;
        Count--;
        return true;
    }

    /// <summary>All that wait, in their order.</summary>
    public byte[] ToArray()
    {
        var all = new byte[Count];
        for (var i = 0; i < all.Length; i++) all[i] = _ring[(_first + i) % _ring.Length];
        return all;
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => (_first, Count) = (0, 0);

    private void Grow(int length)
    {
        var ring = new byte[Math.Max(length, 2 * _ring.Length)];
        ToArray().CopyTo(ring, 0);
        (_ring, _first) = (ring, 0);
    }
}
