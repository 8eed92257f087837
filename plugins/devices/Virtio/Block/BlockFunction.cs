// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Virtio;

/// <summary>A disk. Requests go to the port as they come, as far as there is memory for them, and are answered as they end, in any order.</summary>
/// <remarks>
/// virtio 1.2, section 5.2. With no disk mapped the capacity is zero. After a restore what was under way is done
/// again; reads and writes of fixed places give the same the second time. Not modelled: discard, zones, several queues.
/// </remarks>
internal sealed class BlockFunction : VirtioFunction
{
    private const int SectorBytes = 512, HeaderBytes = 16, IdentityBytes = 20, MaximumSegments = 126;
    private const long MaximumBytes = 8 << 20; // for one request
    private const long MaximumOutstandingBytes = 16 << 20; // of host memory, for all requests under way
    private const int SegmentMaximumFeature = 2, ReadOnlyFeature = 5, BlockSizeFeature = 6, FlushFeature = 9;

    private readonly IBlockPort? _disk;
    private readonly string _name;
    private readonly byte[] _configuration = new byte[24];
    private long _outstandingBytes;
    private bool _isTaking;

    public BlockFunction(IBlockPort? disk, string name)
    {
        (_disk, _name) = (disk, name);
        BinaryPrimitives.WriteUInt64LittleEndian(_configuration, (ulong)(LengthBytes / SectorBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(_configuration.AsSpan(12), MaximumSegments);
        BinaryPrimitives.WriteUInt32LittleEndian(_configuration.AsSpan(20), SectorBytes);
    }

    private enum Request : uint { Read = 0, Write = 1, Flush = 4, GetIdentity = 8 }

    private enum Result : byte { Ok = 0, Error = 1, Unsupported = 2 }

    public override uint DeviceId => 2;

    public override int QueueCount => 1;

    public override ulong Features =>
        1UL << SegmentMaximumFeature | 1UL << BlockSizeFeature | 1UL << FlushFeature | (IsReadOnly ? 1UL << ReadOnlyFeature : 0);

    public override ReadOnlySpan<byte> Configuration => _configuration;

    private long LengthBytes => _disk?.LengthBytes ?? 0;

    private bool IsReadOnly => _disk?.IsReadOnly ?? true;

    public override void Process(int queue)
    {
        if (_isTaking) return; // one that ended at once; the next is taken all the same
        _isTaking = true;
        try
        {
            while (_outstandingBytes < MaximumOutstandingBytes && Queues.TryTake(queue) is { } chain) Queues.Guard(() => Begin(chain));
        }
        finally
        {
            _isTaking = false;
        }
    }

    public override void Save(IStateWriter state) => state.Write("content", _disk?.MarkContent() ?? "");

    /// <remarks>A guest that remembers other blocks than its disk has destroys its file system: that is refused.</remarks>
    public override void Restore(IStateReader state)
    {
        var saved = state.ReadString("content", "");
        if (saved.Length > 0 && saved != (_disk?.ContentMark ?? ""))
            throw state.Error("content", "the disk was written after this state was saved: restore the disk as it was then (a copy that kept its time), or start the VM anew").AsStale();
    }

    private bool Begin(DescriptorChain chain)
    {
        if (chain.WritableBytes == 0) throw new VirtioException("a disk request has no room for its status");
        var header = chain.Read(0, HeaderBytes);
        var offset = (UInt128)BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(8)) * SectorBytes;
        switch ((Request)BinaryPrimitives.ReadUInt32LittleEndian(header))
        {
            case Request.Read: Read(chain, offset); break;
            case Request.Write: Write(chain, offset); break;
            case Request.Flush when _disk is not null: _disk.Flush(Finisher(chain, [], 0)); break;
            case Request.GetIdentity: Identify(chain); break;
            default: Finish(chain, Queues.Generation, Result.Unsupported, []); break;
        }
        return true;
    }

    private void Read(DescriptorChain chain, UInt128 offset)
    {
        var lengthBytes = chain.WritableBytes - 1;
        if (!IsOnDisk(offset, lengthBytes))
        {
            Finish(chain, Queues.Generation, Result.Error, []);
            return;
        }
        var data = new byte[lengthBytes];
        _disk!.Read((long)offset, data, Finisher(chain, data, lengthBytes));
    }

    private void Write(DescriptorChain chain, UInt128 offset)
    {
        var lengthBytes = chain.ReadableBytes - HeaderBytes;
        if (IsReadOnly || !IsOnDisk(offset, lengthBytes))
        {
            Finish(chain, Queues.Generation, Result.Error, []);
            return;
        }
        _disk!.Write((long)offset, chain.Read(HeaderBytes, (int)lengthBytes), Finisher(chain, [], lengthBytes));
    }

    private bool IsOnDisk(UInt128 offset, long lengthBytes) =>
        lengthBytes % SectorBytes == 0 && lengthBytes <= MaximumBytes && offset + (UInt128)lengthBytes <= (UInt128)LengthBytes;

    private void Identify(DescriptorChain chain)
    {
        var identity = new byte[Math.Min(IdentityBytes, chain.WritableBytes - 1)];
        Encoding.ASCII.GetBytes(_name.AsSpan(0, Math.Min(_name.Length, identity.Length)), identity);
        Finish(chain, Queues.Generation, Result.Ok, identity);
    }

    /// <summary>Ends a request that holds so many bytes until then, and takes the next one where there was no room for it.</summary>
    private Action<BusStatus> Finisher(DescriptorChain chain, byte[] data, long heldBytes)
    {
        var generation = Queues.Generation;
        _outstandingBytes += heldBytes;
        return status =>
        {
            _outstandingBytes -= heldBytes;
            Finish(chain, generation, status == BusStatus.Ok ? Result.Ok : Result.Error, status == BusStatus.Ok ? data : []);
            Process(0);
        };
    }

    /// <summary>Data first, and the status in the last byte of the request's room.</summary>
    private void Finish(DescriptorChain chain, int generation, Result result, byte[] data) =>
        Queues.Answer(0, chain, generation, () =>
        {
            chain.Write(0, data);
            chain.Write(chain.WritableBytes - 1, [(byte)result]);
            return data.Length + 1;
        });
}
