// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Virtio;

/// <summary>A console with one port: bytes from the guest go out at once, bytes for it wait until it offers a buffer.</summary>
/// <remarks>virtio 1.2, section 5.3. Not modelled: several ports, the size of the window, emergency write.</remarks>
internal sealed class ConsoleFunction : VirtioFunction
{
    private const int Receive = 0, Transmit = 1;
    private const int MaximumBytes = 4096; // at once; longer requests are done in pieces
    private const int MaximumRequestBytes = 256 * 1024; // the VM's turn ends only when all of it is sent

    private readonly IUartPort _port;

    public ConsoleFunction(IUartPort port)
    {
        _port = port;
        port.OnReadable(() => Process(Receive));
    }

    public override uint DeviceId => 3;

    public override int QueueCount => 2;

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
        if (chain.ReadableBytes > MaximumRequestBytes) throw new VirtioException($"{chain.ReadableBytes} bytes for the console at once, more than {MaximumRequestBytes}");
        for (var sent = 0L; sent < chain.ReadableBytes;)
        {
            var piece = chain.Read(sent, (int)Math.Min(MaximumBytes, chain.ReadableBytes - sent));
            foreach (var value in piece) _port.Send(value);
            sent += piece.Length;
        }
        return 0;
    }

    /// <summary>A buffer is taken only when there is a byte for it, so none is ever held.</summary>
    private void ProcessReceive()
    {
        while (Queues.HasAvailable(Receive) && _port.TryReceive(out var first))
        {
            if (Queues.TryTake(Receive) is not { } chain) return;
            Queues.Answer(Receive, chain, Queues.Generation, () => Fill(chain, first));
        }
    }

    private long Fill(DescriptorChain chain, byte first)
    {
        var bytes = new List<byte> { first };
        var room = Math.Min(MaximumBytes, chain.WritableBytes);
        while (bytes.Count < room && _port.TryReceive(out var value)) bytes.Add(value);
        chain.Write(0, [.. bytes]);
        return bytes.Count;
    }
}
