// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Boards;

/// <summary>A bounded queue of bytes. Thread-safe. Takes no memory before the first byte.</summary>
internal sealed class ByteRing(int capacity)
{
    private readonly Lock _lock = new();
    private byte[] _bytes = [];
    private int _head;
    private int _count;

    /// <summary>Adds as many as there is room for; tells how many.</summary>
    public int Add(ReadOnlySpan<byte> data)
    {
        lock (_lock)
        {
            if (_bytes.Length == 0) _bytes = new byte[capacity];
            var added = Math.Min(data.Length, capacity - _count);
            for (var i = 0; i < added; i++) _bytes[(_head + _count + i) % capacity] = data[i];
            _count += added;
            return added;
        }
    }

    /// <summary>Takes as many as there are room and bytes for; tells how many.</summary>
    /// <param name="into">The room.</param>
    /// <param name="end">A byte after which to stop; null for none.</param>
    public int Take(Span<byte> into, byte? end = null)
    {
        lock (_lock)
        {
            var most = Math.Min(into.Length, _count);
            var taken = 0;
            while (taken < most)
            {
                var value = into[taken] = _bytes[(_head + taken) % capacity];
                taken++;
                if (value == end) break;
            }
            _count -= taken;
            _head = _count == 0 ? 0 : (_head + taken) % capacity;
            return taken;
        }
    }
}
