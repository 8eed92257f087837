// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Virtio;

/// <summary>A network card: frames go out at once; frames for the guest wait at the port until it offers a buffer.</summary>
/// <remarks>virtio 1.2, section 5.1. Not modelled: offloads, control queue, several queue pairs. Without a port the link is down.</remarks>
internal sealed class NetFunction : VirtioFunction
{
    private const int Receive = 0, Transmit = 1, HeaderBytes = 12;
    private const int MacFeature = 5, StatusFeature = 16;
    private const byte LinkUp = 1;

    private readonly INetPort? _port;
    private readonly byte[] _configuration = new byte[8];

    public NetFunction(INetPort? port, ReadOnlySpan<byte> mac)
    {
        _port = port;
        mac.CopyTo(_configuration);
        _configuration[6] = port is null ? (byte)0 : LinkUp;
        port?.OnReadable(() => Process(Receive));
    }

    public override uint DeviceId => 1;

    public override int QueueCount => 2;

    public override ulong Features => 1UL << MacFeature | 1UL << StatusFeature;

    public override ReadOnlySpan<byte> Configuration => _configuration;

    public override void Process(int queue)
    {
        if (queue == Receive) ProcessReceive();
        else if (queue == Transmit) ProcessTransmit();
    }

    private void ProcessTransmit()
    {
        while (Queues.TryTake(Transmit) is { } chain) Queues.Answer(Transmit, chain, Queues.Generation, () => Send(chain));
    }

    private long Send(DescriptorChain chain)
    {
        var lengthBytes = chain.ReadableBytes - HeaderBytes;
        if (lengthBytes is > 0 and <= INetPort.MaximumFrameBytes) _port?.Send(chain.Read(HeaderBytes, (int)lengthBytes));
        return 0;
    }

    private void ProcessReceive()
    {
        Span<byte> frame = stackalloc byte[HeaderBytes + INetPort.MaximumFrameBytes];
        while (_port is not null && Queues.HasAvailable(Receive) && _port.TryReceive(frame[HeaderBytes..], out var lengthBytes))
        {
            frame[..HeaderBytes].Clear();
            frame[10] = 1; // num_buffers: each frame is in one
            if (Queues.TryTake(Receive) is not { } chain) return;
            var packet = frame[..(HeaderBytes + lengthBytes)].ToArray();
            Queues.Answer(Receive, chain, Queues.Generation, () => Fill(chain, packet));
        }
    }

    /// <summary>A frame that the buffer has no room for is dropped; the driver must offer room for the longest.</summary>
    private static long Fill(DescriptorChain chain, byte[] packet)
    {
        if (chain.WritableBytes < packet.Length) return 0;
        chain.Write(0, packet);
        return packet.Length;
    }
}
