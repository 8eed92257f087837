// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;

namespace EdgeHypervisor.PluginLoading;

/// <summary>Bytes of an assembly's file, little-endian. Whatever would lie outside of them makes it no assembly.</summary>
internal readonly ref struct CheckedBytes(ReadOnlySpan<byte> bytes)
{
    private const int MaximumTextBytes = 1024;
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public static BadImageFormatException EndsEarly() => new("it ends early");

    public CheckedBytes Slice(long offset, long count) => new(Span(offset, count));

    public byte UInt8(long offset) => Span(offset, 1)[0];

    public ushort UInt16(long offset) => BinaryPrimitives.ReadUInt16LittleEndian(Span(offset, sizeof(ushort)));

    public uint UInt32(long offset) => BinaryPrimitives.ReadUInt32LittleEndian(Span(offset, sizeof(uint)));

    public ulong UInt64(long offset) => BinaryPrimitives.ReadUInt64LittleEndian(Span(offset, sizeof(ulong)));

    /// <summary>The text from there to the zero behind it.</summary>
    public string Text(long offset)
    {
        var text = Span(offset, Math.Min(_bytes.Length - offset, MaximumTextBytes));
        var length = text.IndexOf((byte)0);
        return length >= 0 ? Encoding.UTF8.GetString(text[..length]) : throw new BadImageFormatException("a name in it has no end");
    }

    private ReadOnlySpan<byte> Span(long offset, long count) =>
        offset >= 0 && count >= 0 && offset <= _bytes.Length - count ? _bytes.Slice((int)offset, (int)count) : throw EndsEarly();
}
