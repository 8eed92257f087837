// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Security.Cryptography;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Virtio;

/// <summary>Random bytes for the guest: the host's, or in a deterministic VM a stream that its seed fixes.</summary>
/// <remarks>virtio 1.2, section 5.4. The stream is SHA-256 of the seed and a counter; the counter is state.</remarks>
internal sealed class EntropyFunction(ReadOnlyMemory<byte> seed) : VirtioFunction
{
    private const int MaximumBytes = 64 * 1024; // for one request; a driver takes what it gets

    private ulong _counter;

    public override uint DeviceId => 4;

    public override int QueueCount => 1;

    public override void Process(int queue)
    {
        while (Queues.TryTake(queue) is { } chain) Queues.Answer(queue, chain, Queues.Generation, () => Fill(chain));
    }

    public override void Reset() => _counter = 0;

    public override void Save(IStateWriter state) => state.Write("counter", _counter);

    public override void Restore(IStateReader state) => _counter = state.ReadUInt64("counter");

    private long Fill(DescriptorChain chain)
    {
        var bytes = new byte[Math.Min(chain.WritableBytes, MaximumBytes)];
        if (seed.IsEmpty) RandomNumberGenerator.Fill(bytes);
        else FillFromSeed(bytes);
        chain.Write(0, bytes);
        return bytes.Length;
    }

    private void FillFromSeed(Span<byte> bytes)
    {
        Span<byte> block = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> input = new byte[seed.Length + sizeof(ulong)];
        seed.Span.CopyTo(input);
        for (; !bytes.IsEmpty; bytes = bytes[Math.Min(bytes.Length, block.Length)..])
        {
            BinaryPrimitives.WriteUInt64LittleEndian(input[seed.Length..], _counter++);
            SHA256.HashData(input, block);
            block[..Math.Min(bytes.Length, block.Length)].CopyTo(bytes);
        }
    }
}
