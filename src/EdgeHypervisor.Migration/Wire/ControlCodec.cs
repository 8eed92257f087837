// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Formats.Cbor;

namespace EdgeHypervisor.Migration;

/// <summary>Control messages as CBOR maps; docs/move-protocol.md lists the keys.</summary>
internal static class ControlCodec
{
    /// <summary>The version of the messages; another one is refused.</summary>
    public const int Version = 1;

    private const int MaximumReasonLength = 4096;
    private const int MaximumKeyShareBytes = 128;
    private const ulong HighestEpoch = ulong.MaxValue / 4; // far from where counting on would begin at zero
    private const ulong MaximumMicroseconds = 1_000_000_000_000;

    private enum Key
    {
        Version = 1,
        Kind = 2,
        Vm = 3,
        Epoch = 4,
        Transaction = 5,
        From = 6,
        To = 7,
        Digest = 8,
        Reason = 9,
        Name = 10,
        Description = 11,
        Regions = 12,
        KeyShare = 13,
        MaximumPayload = 14,
        LastFrame = 15,
        Codec = 16,
        KnowsPages = 17,
        Steps = 20, // 18 and 19 were single times
    }

    /// <summary>Encodes.</summary>
    public static byte[] Encode(ControlMessage message)
    {
        var writer = new CborWriter(CborConformanceMode.Strict, convertIndefiniteLengthEncodings: true);
        writer.WriteStartMap(null);
        WriteHead(writer, message);
        if (message.Offer is { } offer) WriteOffer(writer, offer);
        if (!message.KeyShare.IsEmpty) At(writer, Key.KeyShare).WriteByteString(message.KeyShare.Span);
        if (message.MaximumPayloadBytes != 0) At(writer, Key.MaximumPayload).WriteInt32(message.MaximumPayloadBytes);
        if (message.LastFrame != 0) At(writer, Key.LastFrame).WriteUInt64(message.LastFrame);
        if (message.Codec != BlockCodec.None) At(writer, Key.Codec).WriteUInt32((uint)message.Codec);
        if (message.Steps.Count > 0) WriteTimes(At(writer, Key.Steps), message.Steps);
        if (message.KnowsPages) At(writer, Key.KnowsPages).WriteBoolean(true);
        writer.WriteEndMap();
        return writer.Encode();
    }

    /// <summary>Decodes.</summary>
    /// <exception cref="FormatException">Not a control message; says what is wrong.</exception>
    public static ControlMessage Decode(ReadOnlyMemory<byte> encoded)
    {
        var fields = new Fields();
        CborMap.Read(encoded, fields.Read);
        return fields.ToMessage();
    }

    private static void WriteHead(CborWriter writer, ControlMessage message)
    {
        At(writer, Key.Version).WriteInt32(Version);
        At(writer, Key.Kind).WriteUInt32((uint)message.Message.Kind);
        At(writer, Key.Vm).WriteTextString(message.Message.Move.Vm);
        At(writer, Key.Epoch).WriteUInt64(message.Message.Move.Epoch);
        At(writer, Key.Transaction).WriteUInt64(message.Message.Move.Transaction);
        At(writer, Key.From).WriteTextString(message.From);
        At(writer, Key.To).WriteTextString(message.To);
        if (message.Message.Digest != default) At(writer, Key.Digest).WriteByteString(message.Message.Digest.ToArray());
        if (message.Message.Reason is { Length: > 0 } reason)
        {
            At(writer, Key.Reason).WriteTextString(reason.Length <= MaximumReasonLength ? reason : reason[..MaximumReasonLength]);
        }
    }

    private static void WriteOffer(CborWriter writer, VmOffer offer)
    {
        At(writer, Key.Name).WriteTextString(offer.Name);
        At(writer, Key.Description).WriteByteString(offer.Description.Span);
        At(writer, Key.Regions).WriteStartArray(offer.Regions.Length);
        foreach (var region in offer.Regions)
        {
            writer.WriteStartArray(2);
            writer.WriteTextString(region.Name);
            writer.WriteInt64(region.LengthBytes);
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
    }

    private static void WriteTimes(CborWriter writer, IReadOnlyList<TimeSpan> times)
    {
        writer.WriteStartArray(times.Count);
        foreach (var time in times) writer.WriteUInt64((ulong)time.TotalMicroseconds);
        writer.WriteEndArray();
    }

    private static CborWriter At(CborWriter writer, Key key)
    {
        writer.WriteInt32((int)key);
        return writer;
    }

    /// <summary>The fields of a message while it is read.</summary>
    private sealed class Fields
    {
        private int _version;
        private ProtocolMessageKind _kind;
        private string _vm = "", _from = "", _to = "", _reason = "";
        private string? _name;
        private ulong _epoch, _transaction, _lastFrame;
        private Digest256 _digest;
        private byte[] _description = [], _keyShare = [];
        private ImmutableArray<MovableRegion> _regions = [];
        private int _maximumPayload;
        private BlockCodec _codec;
        private bool _knowsPages;
        private TimeSpan[] _steps = [];

        public bool Read(int key, CborReader reader)
        {
            switch ((Key)key)
            {
                case Key.Version: _version = reader.ReadInt32(); break;
                case Key.Kind: _kind = reader.ReadEnum<ProtocolMessageKind>(); break;
                case Key.Vm: _vm = reader.ReadName(); break;
                case Key.Epoch: _epoch = reader.ReadUInt64(); break;
                case Key.Transaction: _transaction = reader.ReadUInt64(); break;
                case Key.From: _from = reader.ReadName(); break;
                case Key.To: _to = reader.ReadName(); break;
                case Key.Digest: _digest = reader.ReadDigest(); break;
                case Key.Reason: _reason = reader.ReadText(MaximumReasonLength); break;
                case Key.Name: _name = reader.ReadText(256); break;
                case Key.Description: _description = reader.ReadBytes(VmOffer.MaximumDescriptionBytes); break;
                case Key.Regions: _regions = ReadRegions(reader); break;
                case Key.KeyShare: _keyShare = reader.ReadBytes(MaximumKeyShareBytes); break;
                case Key.MaximumPayload: _maximumPayload = reader.ReadInt32(); break;
                case Key.LastFrame: _lastFrame = reader.ReadUInt64(); break;
                case Key.Codec: _codec = reader.ReadEnum<BlockCodec>(); break;
                case Key.KnowsPages: _knowsPages = reader.ReadBoolean(); break;
                case Key.Steps: _steps = ReadTimes(reader); break;
                default: return false;
            }
            return true;
        }

        public ControlMessage ToMessage()
        {
            if (_version != Version) throw new FormatException($"version {_version} of the move protocol, this board speaks {Version}");
            if (_kind == default || _vm.Length == 0 || _from.Length == 0 || _to.Length == 0 || _epoch == 0) throw new FormatException("kind, VM, epoch, from or to is missing");
            if (_epoch > HighestEpoch) throw new FormatException($"epoch {_epoch} is higher than {HighestEpoch}");
            if (_maximumPayload < 0) throw new FormatException("a negative maximum payload");
            return new ControlMessage
            {
                From = _from,
                To = _to,
                Message = new ProtocolMessage(_kind, new MoveId(_vm, _epoch, _transaction)) { Digest = _digest, Reason = _reason },
                Offer = _name is null ? null : new VmOffer { Vm = _vm, Name = _name, Description = _description, Regions = _regions },
                KeyShare = _keyShare,
                MaximumPayloadBytes = _maximumPayload,
                LastFrame = _lastFrame,
                Codec = _codec,
                KnowsPages = _knowsPages,
                Steps = _steps,
            };
        }

        private static TimeSpan[] ReadTimes(CborReader reader)
        {
            var count = reader.ReadStartArray();
            if (count is null or < 0 or > ArrivalClock.MaximumSteps) throw new FormatException($"more than {ArrivalClock.MaximumSteps} times");
            var times = new TimeSpan[count.Value];
            for (var i = 0; i < times.Length; i++) times[i] = TimeSpan.FromMicroseconds(Math.Min(reader.ReadUInt64(), MaximumMicroseconds));
            reader.ReadEndArray();
            return times;
        }

        private static ImmutableArray<MovableRegion> ReadRegions(CborReader reader)
        {
            var count = reader.ReadStartArray();
            if (count is null or < 0 or > VmOffer.MaximumRegions) throw new FormatException($"more than {VmOffer.MaximumRegions} regions");
            var regions = ImmutableArray.CreateBuilder<MovableRegion>(count.Value);
            for (var i = 0; i < count; i++) regions.Add(ReadRegion(reader));
            reader.ReadEndArray();
            if (regions.Select(r => r.Name).Distinct().Count() != count) throw new FormatException("two regions of one name");
            return regions.MoveToImmutable();
        }

        private static MovableRegion ReadRegion(CborReader reader)
        {
            if (reader.ReadStartArray() != 2) throw new FormatException("a region is a name and a length");
            var region = new MovableRegion(reader.ReadText(WireName.MaximumLength), reader.ReadInt64());
            reader.ReadEndArray();
            if (region.LengthBytes is < 1 or > MovableRegion.MaximumLengthBytes) throw new FormatException($"region {region.Name} of {region.LengthBytes} bytes");
            return region;
        }
    }
}
