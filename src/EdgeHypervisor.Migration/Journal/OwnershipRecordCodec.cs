// SPDX-License-Identifier: Apache-2.0
using System.Formats.Cbor;

namespace EdgeHypervisor.Migration;

/// <summary>A record as CBOR: a map with the keys below.</summary>
internal static class OwnershipRecordCodec
{
    private enum Key
    {
        Vm = 1,
        Kind = 2,
        OwnedEpoch = 3,
        Transaction = 4,
        MoveEpoch = 5,
        MoveTransaction = 6,
        Peer = 7,
        Digest = 8,
        FloorEpoch = 9,
        FloorTransaction = 10,
    }

    /// <summary>Encodes; a few hundred bytes at most.</summary>
    public static byte[] Encode(OwnershipRecord record)
    {
        var writer = new CborWriter(CborConformanceMode.Strict);
        writer.WriteStartMap(10);
        Write(Key.Vm).WriteTextString(record.Vm);
        Write(Key.Kind).WriteUInt32((uint)record.Kind);
        Write(Key.OwnedEpoch).WriteUInt64(record.OwnedEpoch);
        Write(Key.Transaction).WriteUInt64(record.Transaction);
        Write(Key.MoveEpoch).WriteUInt64(record.Move.Epoch);
        Write(Key.MoveTransaction).WriteUInt64(record.Move.Transaction);
        Write(Key.Peer).WriteTextString(record.Peer);
        Write(Key.Digest).WriteByteString(record.Digest.ToArray());
        Write(Key.FloorEpoch).WriteUInt64(record.Floor.Epoch);
        Write(Key.FloorTransaction).WriteUInt64(record.Floor.Transaction);
        writer.WriteEndMap();
        return writer.Encode();

        CborWriter Write(Key key)
        {
            writer.WriteInt32((int)key);
            return writer;
        }
    }

    /// <summary>Decodes.</summary>
    /// <exception cref="FormatException">Not a record.</exception>
    public static OwnershipRecord Decode(ReadOnlyMemory<byte> encoded)
    {
        string vm = "", peer = "";
        var kind = default(VmRecordKind);
        ulong owned = 0, transaction = 0, moveEpoch = 0, moveTransaction = 0, floorEpoch = 0, floorTransaction = 0;
        var digest = default(Digest256);
        CborMap.Read(encoded, (key, reader) =>
        {
            switch ((Key)key)
            {
                case Key.Vm: vm = reader.ReadName(); break;
                case Key.Kind: kind = reader.ReadEnum<VmRecordKind>(); break;
                case Key.OwnedEpoch: owned = reader.ReadUInt64(); break;
                case Key.Transaction: transaction = reader.ReadUInt64(); break;
                case Key.MoveEpoch: moveEpoch = reader.ReadUInt64(); break;
                case Key.MoveTransaction: moveTransaction = reader.ReadUInt64(); break;
                case Key.Peer: peer = reader.ReadText(WireName.MaximumLength); break;
                case Key.Digest: digest = reader.ReadDigest(); break;
                case Key.FloorEpoch: floorEpoch = reader.ReadUInt64(); break;
                case Key.FloorTransaction: floorTransaction = reader.ReadUInt64(); break;
                default: return false;
            }
            return true;
        });
        if (vm.Length == 0 || kind == default) throw new FormatException("a record without VM or kind");
        return new OwnershipRecord
        {
            Vm = vm,
            Kind = kind,
            OwnedEpoch = owned,
            Transaction = transaction,
            Move = moveEpoch == 0 ? default : new MoveId(vm, moveEpoch, moveTransaction),
            Peer = peer,
            Digest = digest,
            Floor = new MoveFloor(floorEpoch, floorTransaction),
        };
    }
}
