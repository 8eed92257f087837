// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Virtio;

/// <summary>An I2C adapter: a group of requests is one transaction with repeated starts.</summary>
/// <remarks>
/// virtio 1.2, section 5.17 (device 34). A group under way is done again after a restore. A transaction's failure is told of all
/// its requests, since a bus gives one status for them. Not modelled: 10-bit addresses.
/// </remarks>
internal sealed class I2cFunction(II2cPort port) : VirtioFunction
{
    private const int HeaderBytes = 8, MaximumMessages = 42, MaximumBytes = 8192;
    private const int ZeroLengthFeature = 0;
    private const uint FailNext = 1, IsRead = 2;
    private const byte Ok = 0, Error = 1;

    private readonly List<DescriptorChain> _group = []; // requests of the transaction that is being put together, or is under way
    private bool _isUnderWay;
    private bool _portBusy; // perhaps with a transaction of before a reset

    public override uint DeviceId => 34;

    public override int QueueCount => 1;

    public override ulong Features => 1UL << ZeroLengthFeature;

    public override ulong RequiredFeatures => Features;

    public override void Process(int queue)
    {
        while (!_isUnderWay && !_portBusy && Queues.TryTake(0) is { } chain)
        {
            _group.Add(chain);
            if (Queues.Guard(() => IsLast(chain))) Begin();
        }
    }

    public override void Reset()
    {
        _group.Clear();
        _isUnderWay = false;
    }

    private static (ushort Address, uint Flags) ReadHeader(DescriptorChain chain)
    {
        var header = chain.Read(0, HeaderBytes);
        return (BinaryPrimitives.ReadUInt16LittleEndian(header), BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(4)));
    }

    private static bool IsLast(DescriptorChain chain)
    {
        if (chain.WritableBytes == 0) throw new VirtioException("an I2C request has no room for its status");
        return (ReadHeader(chain).Flags & FailNext) == 0;
    }

    private void Begin()
    {
        var messages = Queues.Guard(() => _group.Select(ToMessage).ToArray());
        if (messages is null) return;
        _isUnderWay = true;
        if (_group.Count > MaximumMessages || messages.Any(m => m is null))
        {
            End(BusStatus.Unsupported, []);
            return;
        }
        var transfer = Array.ConvertAll(messages, m => m!.Value);
        var generation = Queues.Generation;
        _portBusy = true;
        port.Transfer(transfer, status => OnTransferred(generation, status, transfer));
    }

    /// <summary>The message that a request asks for; null where the bus cannot do it.</summary>
    private static I2cMessage? ToMessage(DescriptorChain chain)
    {
        var (address, flags) = ReadHeader(chain);
        var isRead = (flags & IsRead) != 0;
        var lengthBytes = isRead ? chain.WritableBytes - 1 : chain.ReadableBytes - HeaderBytes;
        if (lengthBytes > MaximumBytes || (address & 0xFF01) != 0) return null;
        return new I2cMessage((ushort)(address >> 1), isRead, isRead ? new byte[lengthBytes] : chain.Read(HeaderBytes, (int)lengthBytes));
    }

    private void OnTransferred(int generation, BusStatus status, I2cMessage[] transfer)
    {
        _portBusy = false;
        if (generation == Queues.Generation) End(status, transfer);
        Process(0);
    }

    private void End(BusStatus status, I2cMessage[] transfer)
    {
        for (var i = 0; i < _group.Count; i++)
        {
            var chain = _group[i];
            var data = status == BusStatus.Ok && transfer[i].IsRead ? transfer[i].Data : Memory<byte>.Empty;
            Queues.Answer(0, chain, Queues.Generation, () => Write(chain, data, status == BusStatus.Ok ? Ok : Error));
        }
        _group.Clear();
        _isUnderWay = false;
    }

    private static long Write(DescriptorChain chain, Memory<byte> data, byte status)
    {
        chain.Write(0, data.Span);
        chain.Write(chain.WritableBytes - 1, [status]);
        return data.Length + 1;
    }
}
