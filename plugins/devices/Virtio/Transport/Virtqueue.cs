// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Virtio;

/// <summary>A split virtqueue, seen from the device.</summary>
/// <remarks>
/// virtio 1.2, section 2.7. Requests that were taken and not answered are remembered by their heads: after a restore
/// they are taken again, first. Everything the driver wrote is checked; a broken ring is a <see cref="VirtioException"/>.
/// </remarks>
internal sealed class Virtqueue(IGuestMemory memory)
{
    public const ushort MaximumSize = 256;

    private const ushort Next = 1, Writable = 2, Indirect = 4, NoInterrupt = 1;
    private const int DescriptorBytes = 16, HeaderBytes = 4, UsedBytes = 8;

    private readonly List<int> _taken = []; // heads not answered yet, in the order of taking; .NET has lists of int compiled ahead
    private int _toRepeat; // how many of them a restore left to be taken again

    public ushort Size { get; set; } = MaximumSize;

    public bool IsReady { get; set; }

    public ulong DescriptorsAt { get; set; }

    public ulong AvailableAt { get; set; }

    public ulong UsedAt { get; set; }

    /// <summary>How many requests the device has taken, modulo 65,536.</summary>
    public ushort NextAvailable { get; private set; }

    /// <summary>How many it has answered, modulo 65,536.</summary>
    public ushort NextUsed { get; private set; }

    public bool HasTaken => _taken.Count > 0;

    public void Reset()
    {
        (Size, IsReady, DescriptorsAt, AvailableAt, UsedAt, NextAvailable, NextUsed) = (MaximumSize, false, 0, 0, 0, 0, 0);
        _taken.Clear();
        _toRepeat = 0;
    }

    /// <summary>Whether a request waits to be taken.</summary>
    public bool HasAvailable() => IsReady && (_toRepeat > 0 || Read16(AvailableAt + 2) != NextAvailable);

    /// <summary>Takes the next request; null when there is none.</summary>
    public DescriptorChain? TryTake()
    {
        if (!HasAvailable()) return null;
        if (_toRepeat > 0)
        {
            var again = _taken[^_toRepeat];
            _toRepeat--;
            return Follow((ushort)again);
        }
        if ((ushort)(Read16(AvailableAt + 2) - NextAvailable) > Size) throw new VirtioException("more requests than the ring holds");
        var head = Read16(AvailableAt + HeaderBytes + 2UL * (ushort)(NextAvailable % Size));
        if (head >= Size) throw new VirtioException($"a request begins with descriptor {head} of {Size}");
        if (_taken.Contains(head)) throw new VirtioException($"descriptor {head} is made available while it is in use");
        var chain = Follow(head);
        NextAvailable++;
        _taken.Add(head);
        return chain;
    }

    /// <summary>Answers a request. True when the driver wants an interrupt for it.</summary>
    /// <param name="chain">What was taken.</param>
    /// <param name="writtenBytes">How much of its writable part was written.</param>
    public bool Answer(DescriptorChain chain, long writtenBytes)
    {
        if (!_taken.Remove(chain.Head)) return false; // taken before a reset
        Span<byte> element = stackalloc byte[UsedBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(element, chain.Head);
        BinaryPrimitives.WriteUInt32LittleEndian(element[4..], (uint)writtenBytes);
        Write(UsedAt + HeaderBytes + (ulong)UsedBytes * (ushort)(NextUsed % Size), element);
        NextUsed++;
        Span<byte> index = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(index, NextUsed);
        Write(UsedAt + 2, index);
        return (Read16(AvailableAt) & NoInterrupt) == 0;
    }

    public void Save(IStateWriter state)
    {
        state.Write("size", (ulong)Size);
        state.Write("ready", IsReady);
        state.Write("descriptorsAt", DescriptorsAt);
        state.Write("availableAt", AvailableAt);
        state.Write("usedAt", UsedAt);
        state.Write("nextAvailable", (ulong)NextAvailable);
        state.Write("nextUsed", (ulong)NextUsed);
        var taken = new byte[2 * _taken.Count];
        for (var i = 0; i < _taken.Count; i++) BinaryPrimitives.WriteUInt16LittleEndian(taken.AsSpan(2 * i), (ushort)_taken[i]);
        state.Write("taken", taken.AsSpan());
    }

    public void Restore(IStateReader state)
    {
        var size = (ushort)state.ReadUInt64("size", maximum: MaximumSize);
        if (!ushort.IsPow2(size)) throw state.Error("size", $"{size} is not a power of two");
        var ready = state.ReadBoolean("ready");
        var taken = state.ReadBytes("taken", 2 * size);
        var heads = new List<int>();
        for (var i = 0; i + 1 < taken.Length; i += 2) heads.Add(BinaryPrimitives.ReadUInt16LittleEndian(taken.AsSpan(i)));
        if (heads.Any(head => head >= size) || heads.Distinct().Count() != heads.Count)
            throw state.Error("taken", "names a descriptor twice, or one that is none");
        DescriptorsAt = state.ReadUInt64("descriptorsAt");
        (AvailableAt, UsedAt) = (state.ReadUInt64("availableAt"), state.ReadUInt64("usedAt"));
        (NextAvailable, NextUsed) = (state.ReadUInt16("nextAvailable"), state.ReadUInt16("nextUsed"));
        (Size, IsReady) = (size, ready);
        _taken.Clear();
        _taken.AddRange(heads);
        _toRepeat = heads.Count;
    }

    /// <summary>Follows a chain from its head; an indirect table takes the place of the rest (section 2.7.5.3).</summary>
    private DescriptorChain Follow(ushort head)
    {
        var readable = new List<GuestBuffer>();
        var writable = new List<GuestBuffer>();
        var (table, count, index, isIndirect) = (DescriptorsAt, (uint)Size, (uint)head, false);
        for (var steps = 0u; ; steps++)
        {
            // No chain is longer than a queue can be (section 2.7.5.3.1), whatever an indirect table has room for.
            if (steps >= Math.Min(count, MaximumSize)) throw new VirtioException("a chain of descriptors has no end");
            if (index >= count) throw new VirtioException($"a chain goes on with descriptor {index} of {count}");
            var (address, length, flags, next) = ReadDescriptor(table + (ulong)DescriptorBytes * index);
            if ((flags & Indirect) != 0)
            {
                if (isIndirect || (flags & Next) != 0 || length == 0 || length % DescriptorBytes != 0 || length > 65536 * DescriptorBytes)
                    throw new VirtioException("an indirect table is not one");
                (table, count, index, steps, isIndirect) = (address, length / DescriptorBytes, 0, uint.MaxValue, true);
                continue;
            }
            Sort(new GuestBuffer(address, length), (flags & Writable) != 0, readable, writable);
            if ((flags & Next) == 0) return new DescriptorChain(memory, head, readable, writable);
            index = next;
        }
    }

    private static void Sort(GuestBuffer buffer, bool isWritable, List<GuestBuffer> readable, List<GuestBuffer> writable)
    {
        if (!isWritable && writable.Count > 0) throw new VirtioException("a readable buffer follows a writable one");
        (isWritable ? writable : readable).Add(buffer);
    }

    private (ulong Address, uint Length, ushort Flags, ushort Next) ReadDescriptor(ulong at)
    {
        Span<byte> bytes = stackalloc byte[DescriptorBytes];
        if (!memory.TryRead(at, bytes)) throw new VirtioException($"a descriptor at 0x{at:x} is not memory");
        return (BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[12..]), BinaryPrimitives.ReadUInt16LittleEndian(bytes[14..]));
    }

    private ushort Read16(ulong address)
    {
        Span<byte> bytes = stackalloc byte[2];
        if (!memory.TryRead(address, bytes)) throw new VirtioException($"a ring at 0x{address:x} is not memory");
        return BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    private void Write(ulong address, ReadOnlySpan<byte> bytes)
    {
        if (!memory.TryWrite(address, bytes)) throw new VirtioException($"a ring at 0x{address:x} is not writable memory");
    }
}
