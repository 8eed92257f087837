// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Runtime;

/// <summary>Numbers and bytes as the remote serial protocol writes them.</summary>
internal static class GdbHex
{
    /// <summary>Bytes as digits, two each.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    /// <summary>A register: its bytes in the order of the target, which is little-endian.</summary>
    public static string Encode(ulong value, int lengthBytes)
    {
        Span<byte> bytes = stackalloc byte[8];
        BitConverter.TryWriteBytes(bytes, BitConverter.IsLittleEndian ? value : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(value));
        return Encode(bytes[..lengthBytes]);
    }

    /// <summary>Bytes from digits; false when they are not.</summary>
    public static bool TryDecode(string digits, out byte[] bytes)
    {
        bytes = [];
        if (digits.Length % 2 != 0 || !digits.All(char.IsAsciiHexDigit)) return false;
        bytes = Convert.FromHexString(digits);
        return true;
    }

    /// <summary>A little-endian value of up to eight bytes.</summary>
    public static bool TryDecodeValue(string digits, out ulong value)
    {
        value = 0;
        if (!TryDecode(digits, out var bytes) || bytes.Length is 0 or > 8) return false;
        for (var i = bytes.Length - 1; i >= 0; i--) value = (value << 8) | bytes[i];
        return true;
    }

    /// <summary>A number, most significant digit first.</summary>
    public static bool TryParse(string digits, out ulong value) =>
        ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);

    /// <summary><c>address,length</c>.</summary>
    public static bool TryParseRange(string text, out ulong address, out int length)
    {
        (address, length) = (0, 0);
        var parts = text.Split(',');
        if (parts.Length != 2 || !TryParse(parts[0], out address) || !TryParse(parts[1], out var count) || count > int.MaxValue) return false;
        length = (int)count;
        return true;
    }
}
