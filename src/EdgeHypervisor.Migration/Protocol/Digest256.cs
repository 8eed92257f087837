// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace EdgeHypervisor.Migration;

/// <summary>A SHA-256 value with structural equality.</summary>
public readonly record struct Digest256(ulong A, ulong B, ulong C, ulong D)
{
    /// <summary>Length in bytes.</summary>
    public const int LengthBytes = 32;

    /// <summary>Reads the 32 bytes of a digest.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static Digest256 FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != LengthBytes) throw new ArgumentException($"A digest has {LengthBytes} bytes, not {bytes.Length}.", nameof(bytes));
        return new Digest256(
            BinaryPrimitives.ReadUInt64BigEndian(bytes),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]));
    }

    /// <summary>Writes the 32 bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, A);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], B);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], C);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], D);
    }

    /// <summary>The 32 bytes.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[LengthBytes];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Hexadecimal, as <c>sha256sum</c> prints it.</summary>
    public override string ToString() => Convert.ToHexStringLower(ToArray());
}
