// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;

namespace EdgeHypervisor.Lending;

/// <summary>Reads an item strictly: whatever does not fit is a <see cref="FormatException"/>.</summary>
internal ref struct ItemReader
{
    private ReadOnlySpan<byte> _rest;

    public ItemReader(ReadOnlySpan<byte> item)
    {
        _rest = item;
        Kind = (ItemKind)Byte();
        Port = Byte();
    }

    public ItemKind Kind { get; }

    public byte Port { get; }

    public byte Byte() => Take(1)[0];

    public bool Flag() => Byte() is <= 1 and var value ? value == 1 : throw new FormatException("a flag that is neither 0 nor 1");

    public int Short() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint Word() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public long Long() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public T Choice<T>()
        where T : struct, Enum
    {
        var value = (T)Enum.ToObject(typeof(T), Byte());
        return Enum.IsDefined(value) ? value : throw new FormatException($"{value} is no {typeof(T).Name}");
    }

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length) throw new FormatException("an item that is cut off");
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    /// <summary>All that is left.</summary>
    public ReadOnlySpan<byte> Rest() => Take(_rest.Length);

    public string Text() => Encoding.UTF8.GetString(Rest());

    public readonly void End()
    {
        if (!_rest.IsEmpty) throw new FormatException("bytes after the end of an item");
    }
}
