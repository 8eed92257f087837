// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Devices.Tests.Conformance;
using Devices.Tests.Fakes;
using EdgeHypervisor.Abstractions;

namespace Devices.Tests.Virtio;

/// <summary>The guest's side of virtio-mmio: sets a device up as section 3.1.1 says and makes requests in its memory.</summary>
internal sealed class VirtioDriver(IMmioDevice device, FakeMemory memory)
{
    public const int QueueSize = 8;

    private const ulong QueueBytes = 0x400;
    private readonly ushort[] _submitted = new ushort[4];
    private readonly ushort[] _seen = new ushort[4];
    private readonly int[] _nextDescriptor = new int[4];
    private ulong _nextBuffer = FakeMemory.Start + 0x4000;

    public IMmioDevice Device { get; } = device;

    public uint Status => Device.Read32(0x70);

    public static ulong Descriptors(int queue) => FakeMemory.Start + 0x1000 + QueueBytes * (uint)queue;

    public static ulong Available(int queue) => Descriptors(queue) + 0x100;

    public static ulong Used(int queue) => Descriptors(queue) + 0x200;

    /// <summary>The same driver, going on with the device's twin.</summary>
    public VirtioDriver MoveTo(IMmioDevice twin, FakeMemory there)
    {
        var moved = new VirtioDriver(twin, there) { _nextBuffer = _nextBuffer };
        _submitted.CopyTo(moved._submitted, 0);
        _seen.CopyTo(moved._seen, 0);
        _nextDescriptor.CopyTo(moved._nextDescriptor, 0);
        return moved;
    }

    public VirtioDriver Start(int queues, ulong features = 1UL << 32)
    {
        Device.Write32(0x70, 0);
        Device.Write32(0x70, 1);
        Device.Write32(0x70, 3);
        Accept(features);
        Device.Write32(0x70, 11);
        for (var queue = 0; queue < queues; queue++) SetUp(queue);
        Device.Write32(0x70, 15);
        return this;
    }

    public void Accept(ulong features)
    {
        for (uint word = 0; word < 2; word++)
        {
            Device.Write32(0x24, word);
            Device.Write32(0x20, (uint)(features >> (int)word * 32));
        }
    }

    public void SetUp(int queue)
    {
        Device.Write32(0x30, (uint)queue);
        Device.Write32(0x38, QueueSize);
        WriteAddress(0x80, Descriptors(queue));
        WriteAddress(0x90, Available(queue));
        WriteAddress(0xA0, Used(queue));
        Device.Write32(0x44, 1);
    }

    /// <summary>Makes a request of parts that the device reads and parts of these lengths that it writes; says where those are.</summary>
    public ulong[] Submit(int queue, byte[][] readable, int[] writable, bool notify = true)
    {
        var parts = readable.Select(r => (Place(r), r.Length, false)).Concat(writable.Select(w => (Place(new byte[w]), w, true))).ToArray();
        var head = (ushort)(_nextDescriptor[queue] % QueueSize);
        for (var i = 0; i < parts.Length; i++)
        {
            var (address, length, isWritable) = parts[i];
            var index = (_nextDescriptor[queue] + i) % QueueSize;
            var flags = (i < parts.Length - 1 ? 1 : 0) | (isWritable ? 2 : 0);
            WriteDescriptor(queue, index, address, length, (ushort)flags, (ushort)((index + 1) % QueueSize));
        }
        _nextDescriptor[queue] += parts.Length;
        Offer(queue, head, notify);
        return [.. parts.Where(p => p.Item3).Select(p => p.Item1)];
    }

    public void WriteDescriptor(int queue, int index, ulong address, int length, ushort flags, ushort next)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, address);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), length);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(12), flags);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(14), next);
        memory.TryWrite(Descriptors(queue) + 16UL * (uint)index, bytes);
    }

    public void Offer(int queue, ushort head, bool notify = true)
    {
        Write16(Available(queue) + 4 + 2UL * (uint)(_submitted[queue] % QueueSize), head);
        Write16(Available(queue) + 2, ++_submitted[queue]);
        if (notify) Device.Write32(0x50, (uint)queue);
    }

    /// <summary>The next answer: the request's head and how much was written; null when there is none yet.</summary>
    public (uint Head, uint Length)? TakeUsed(int queue)
    {
        if (Read16(Used(queue) + 2) == _seen[queue]) return null;
        var at = Used(queue) + 4 + 8UL * (uint)(_seen[queue]++ % QueueSize);
        return (Read32(at), Read32(at + 4));
    }

    public byte[] Read(ulong address, int count)
    {
        var bytes = new byte[count];
        memory.TryRead(address, bytes);
        return bytes;
    }

    public ulong Place(byte[] bytes)
    {
        var at = _nextBuffer;
        memory.TryWrite(at, bytes);
        _nextBuffer += (ulong)bytes.Length + 7 & ~7UL;
        return at;
    }

    private void WriteAddress(uint register, ulong address)
    {
        Device.Write32(register, (uint)address);
        Device.Write32(register + 4, (uint)(address >> 32));
    }

    private void Write16(ulong address, ushort value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        memory.TryWrite(address, bytes);
    }

    private ushort Read16(ulong address) => BinaryPrimitives.ReadUInt16LittleEndian(Read(address, 2));

    private uint Read32(ulong address) => BinaryPrimitives.ReadUInt32LittleEndian(Read(address, 4));
}
