// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace EdgeHypervisor.Lending;

/// <summary>Writes an item: kind, port, then what the kind wants, little endian.</summary>
internal sealed class ItemWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(32);

    public ItemWriter(ItemKind kind, byte port = 0) => Byte((byte)kind).Byte(port);

    public ItemWriter Byte(byte value)
    {
        _bytes.Write([value]);
        return this;
    }

    public ItemWriter Flag(bool value) => Byte(value ? (byte)1 : (byte)0);

    public ItemWriter Short(int value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.GetSpan(2), checked((ushort)value));
        _bytes.Advance(2);
        return this;
    }

    public ItemWriter Word(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.GetSpan(4), value);
        _bytes.Advance(4);
        return this;
    }

    public ItemWriter Long(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.GetSpan(8), value);
        _bytes.Advance(8);
        return this;
    }

    public ItemWriter Raw(ReadOnlySpan<byte> data)
    {
        _bytes.Write(data);
        return this;
    }

    public ItemWriter Text(string text) => Raw(Encoding.UTF8.GetBytes(text));

    public byte[] Finish() => _bytes.WrittenSpan.ToArray();
}
