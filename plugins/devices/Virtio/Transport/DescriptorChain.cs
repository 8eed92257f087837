// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Virtio;

/// <summary>One request: pieces of guest memory, first those that the device reads, then those that it writes.</summary>
/// <remarks>virtio 1.2, section 2.7.4. Nothing in it is trusted: each access is checked against guest memory.</remarks>
internal sealed class DescriptorChain(IGuestMemory memory, ushort head, List<GuestBuffer> readable, List<GuestBuffer> writable)
{
    /// <summary>The number that names it to the driver.</summary>
    public ushort Head { get; } = head;

    public long ReadableBytes { get; } = readable.Sum(b => (long)b.LengthBytes);

    public long WritableBytes { get; } = writable.Sum(b => (long)b.LengthBytes);

    /// <summary>Copies what the driver sends.</summary>
    /// <param name="offset">How much of it to skip.</param>
    /// <param name="destination">Filled as a whole.</param>
    /// <exception cref="VirtioException">The request has less, or it lies outside memory.</exception>
    public void Read(long offset, Span<byte> destination)
    {
        foreach (var (address, length) in Slice(readable, offset, destination.Length))
        {
            if (!memory.TryRead(address, destination[..length])) throw new VirtioException($"a buffer at 0x{address:x} is not memory");
            destination = destination[length..];
        }
    }

    public byte[] Read(long offset, int count)
    {
        var bytes = new byte[count];
        Read(offset, bytes);
        return bytes;
    }

    /// <summary>Gives the driver an answer.</summary>
    /// <exception cref="VirtioException">The request has less room, or it lies outside memory.</exception>
    public void Write(long offset, ReadOnlySpan<byte> source)
    {
        foreach (var (address, length) in Slice(writable, offset, source.Length))
        {
            if (!memory.TryWrite(address, source[..length])) throw new VirtioException($"a buffer at 0x{address:x} is not writable memory");
            source = source[length..];
        }
    }

    private static List<(ulong Address, int Length)> Slice(List<GuestBuffer> buffers, long offset, int count)
    {
        var pieces = new List<(ulong, int)>();
        foreach (var buffer in buffers)
        {
            if (count == 0) break;
            var skipped = (uint)Math.Min(offset, buffer.LengthBytes);
            offset -= skipped;
            var length = (int)Math.Min(buffer.LengthBytes - skipped, (uint)count);
            if (length == 0) continue;
            pieces.Add((buffer.Address + skipped, length));
            count -= length;
        }
        return count == 0 ? pieces : throw new VirtioException("a request is shorter than what it says");
    }
}
