// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace EdgeHypervisor.Devices.Uart16550;

/// <summary>The receive FIFO: at most 16 bytes, the oldest leaves first.</summary>
internal struct Fifo16
{
    public const int Capacity = 16;

    private Slots _slots;
    private byte _first;
    private byte _count;

    public readonly int Count => _count;

    public readonly bool IsEmpty => _count == 0;

    public void Clear() => _count = 0;

    public void Add(byte value)
    {
        if (_count == Capacity) throw new InvalidOperationException("The receive FIFO is full.");
        _slots[(_first + _count++) % Capacity] = value;
    }

    public byte Take()
    {
        if (_count == 0) throw new InvalidOperationException("The receive FIFO is empty.");
        var value = _slots[_first];
        _first = (byte)((_first + 1) % Capacity);
        _count--;
        return value;
    }

    /// <summary>The bytes, oldest first.</summary>
    public readonly byte[] ToArray()
    {
        var bytes = new byte[_count];
        for (var i = 0; i < _count; i++) bytes[i] = _slots[(_first + i) % Capacity];
        return bytes;
    }

    [InlineArray(Capacity)]
    private struct Slots
    {
        private byte _element;
    }
}
