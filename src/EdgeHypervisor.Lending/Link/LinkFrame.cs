// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace EdgeHypervisor.Lending;

/// <summary>What one end of a link says to the other in one message, before it is sealed.</summary>
/// <remarks>
/// Little endian: taken (8 bytes), room (2), flags (1), sent (8), echo (8), held (8), number of items (1); each item: number (8),
/// length (2), bytes. docs/remote-devices.md.
/// </remarks>
internal sealed record LinkFrame
{
    public const int HeadBytes = 36;
    public const int ItemHeadBytes = 10;
    private const byte AnswerFlag = 1;

    /// <summary>Every item up to this one was dealt with.</summary>
    public ulong Taken { get; init; }

    /// <summary>How many items behind that may come.</summary>
    public int Room { get; init; }

    /// <summary>Whether an answer is wanted, whatever it says.</summary>
    public bool WantsAnswer { get; init; }

    /// <summary>The sender's clock when it was sent.</summary>
    public long SentNs { get; init; }

    /// <summary><see cref="SentNs"/> of the newest frame that the sender has heard; 0 for none.</summary>
    public long EchoNs { get; init; }

    /// <summary>How long ago it heard that.</summary>
    public long HeldNs { get; init; }

    /// <summary>The items with their numbers.</summary>
    public required IReadOnlyList<(ulong Number, byte[] Bytes)> Items { get; init; }

    public byte[] Encode()
    {
        var bytes = new byte[HeadBytes + Items.Sum(item => ItemHeadBytes + item.Bytes.Length)];
        var rest = bytes.AsSpan();
        BinaryPrimitives.WriteUInt64LittleEndian(rest, Taken);
        BinaryPrimitives.WriteUInt16LittleEndian(rest[8..], (ushort)Room);
        rest[10] = WantsAnswer ? AnswerFlag : (byte)0;
        BinaryPrimitives.WriteInt64LittleEndian(rest[11..], SentNs);
        BinaryPrimitives.WriteInt64LittleEndian(rest[19..], EchoNs);
        BinaryPrimitives.WriteInt64LittleEndian(rest[27..], HeldNs);
        rest[35] = (byte)Items.Count;
        rest = rest[HeadBytes..];
        foreach (var (number, item) in Items)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(rest, number);
            BinaryPrimitives.WriteUInt16LittleEndian(rest[8..], (ushort)item.Length);
            item.CopyTo(rest[ItemHeadBytes..]);
            rest = rest[(ItemHeadBytes + item.Length)..];
        }
        return bytes;
    }

    /// <exception cref="FormatException">It is none.</exception>
    public static LinkFrame Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeadBytes) throw new FormatException("a frame that is cut off");
        if (bytes[10] > AnswerFlag) throw new FormatException("a frame with flags that this version does not know");
        var rest = bytes[HeadBytes..];
        var items = new (ulong, byte[])[bytes[35]];
        for (var i = 0; i < items.Length; i++)
        {
            if (rest.Length < ItemHeadBytes) throw new FormatException("an item that is cut off");
            var length = BinaryPrimitives.ReadUInt16LittleEndian(rest[8..]);
            if (length > LinkOptions.MaximumItemBytes || rest.Length < ItemHeadBytes + length) throw new FormatException("an item that is too long");
            items[i] = (BinaryPrimitives.ReadUInt64LittleEndian(rest), rest.Slice(ItemHeadBytes, length).ToArray());
            rest = rest[(ItemHeadBytes + length)..];
        }
        if (!rest.IsEmpty) throw new FormatException("bytes after the last item");
        return new LinkFrame
        {
            Taken = BinaryPrimitives.ReadUInt64LittleEndian(bytes),
            Room = BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]),
            WantsAnswer = bytes[10] == AnswerFlag,
            SentNs = BinaryPrimitives.ReadInt64LittleEndian(bytes[11..]),
            EchoNs = BinaryPrimitives.ReadInt64LittleEndian(bytes[19..]),
            HeldNs = BinaryPrimitives.ReadInt64LittleEndian(bytes[27..]),
            Items = items,
        };
    }
}
