// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace EdgeHypervisor.Devices.SiFive;

/// <summary>A FIFO of eight frames; the oldest leaves first.</summary>
internal struct ByteQueue8
{
    public const int Capacity = 8;

    private Slots _slots;
    private byte _first;
    private byte _count;

    public readonly int Count => _count;

    public readonly bool IsFull => _count == Capacity;

    public void Clear() => _count = 0;

    /// <summary>Adds a frame; a full FIFO drops it.</summary>
    public void Add(byte value)
    {
        if (IsFull) return;
        _slots[(_first + _count++) % Capacity] = value;
    }

    public bool TryTake(out byte value)
    {
        value = _slots[_first];
        if (_count == 0) return false;
        _first = (byte)((_first + 1) % Capacity);
        _count--;
        return true;
    }

    /// <summary>The frames, oldest first.</summary>
    public readonly byte[] ToArray()
    {
        var frames = new byte[_count];
        for (var i = 0; i < _count; i++) frames[i] = _slots[(_first + i) % Capacity];
        return frames;
    }

    [InlineArray(Capacity)]
    private struct Slots
    {
        private byte _element;
    }
}
