// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>A ring of the latest changes of a line: one writer at a time, any readers, no locks, no allocation.</summary>
/// <remarks>
/// A slot holds the time with the level in the lowest bit. The writer fills the slot, then publishes the count; a reader
/// copies, then drops what the count says may have been overwritten meanwhile. The slot that comes next may be half-way to
/// its next life at any moment, so one less than the length is remembered.
/// </remarks>
/// <param name="length">A power of two, or 0 to count changes and remember none.</param>
/// <param name="time">The host's time.</param>
internal sealed class LineTrace(int length, TimeProvider time)
{
    private readonly long[] _slots = new long[length];
    private long _count;

    public long Count => Volatile.Read(ref _count);

    public void Add(bool level)
    {
        var number = _count;
        var slots = _slots;
        if (slots.Length > 0) Volatile.Write(ref slots[number & (slots.Length - 1)], (time.GetTimestamp() << 1) | (level ? 1L : 0L));
        Volatile.Write(ref _count, number + 1);
    }

    public int Read(ref long position, Span<GpioEdge> changes)
    {
        var end = Count;
        var first = Math.Clamp(position, Oldest(end), end);
        var copied = (int)Math.Min(changes.Length, end - first);
        for (var i = 0; i < copied; i++)
        {
            var slot = Volatile.Read(ref _slots[(first + i) & (_slots.Length - 1)]);
            changes[i] = new GpioEdge((slot & 1) != 0, time.ToNs(slot >> 1));
        }
        var lost = (int)Math.Clamp(Oldest(Count) - first, 0, copied);
        changes[lost..copied].CopyTo(changes);
        position = first + copied;
        return copied - lost;
    }

    private long Oldest(long end) => _slots.Length == 0 ? end : Math.Max(0, end - _slots.Length + 1);
}
