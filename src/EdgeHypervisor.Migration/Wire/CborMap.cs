// SPDX-License-Identifier: Apache-2.0
using System.Formats.Cbor;

namespace EdgeHypervisor.Migration;

/// <summary>
/// Writes and reads the maps with small numbers as keys that our messages and records are (RFC 8949; keys in ascending
/// order). Reading trusts nothing: sizes are bounded, and everything that does not fit is a <see cref="FormatException"/>.
/// </summary>
internal static class CborMap
{
    /// <summary>Reads one map that fills the whole input; unknown keys are skipped, so that later versions may add some.</summary>
    /// <param name="encoded">The bytes.</param>
    /// <param name="field">Reads the value of a key that it knows and returns true, or returns false.</param>
    /// <exception cref="FormatException">Not such a map.</exception>
    public static void Read(ReadOnlyMemory<byte> encoded, Func<int, CborReader, bool> field)
    {
        try
        {
            var reader = new CborReader(encoded, CborConformanceMode.Strict);
            var count = reader.ReadStartMap() ?? throw new FormatException("a map of unknown length");
            for (var i = 0; i < count; i++)
            {
                if (!field(reader.ReadInt32(), reader)) reader.SkipValue();
            }
            reader.ReadEndMap();
            if (reader.BytesRemaining != 0) throw new FormatException("bytes after the end");
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException or OverflowException or ArgumentException)
        {
            throw new FormatException($"not the expected CBOR: {e.Message}", e);
        }
    }

    /// <summary>A text of at most so many characters.</summary>
    public static string ReadText(this CborReader reader, int maximumLength)
    {
        var text = reader.ReadTextString();
        return text.Length <= maximumLength ? text : throw new FormatException($"a text of {text.Length} characters, more than {maximumLength}");
    }

    /// <summary>The name of a board or VM.</summary>
    public static string ReadName(this CborReader reader)
    {
        var name = reader.ReadTextString();
        return WireName.IsValid(name) ? name : throw new FormatException("not a valid name");
    }

    /// <summary>Bytes, at most so many.</summary>
    public static byte[] ReadBytes(this CborReader reader, int maximumLength)
    {
        var bytes = reader.ReadByteString();
        return bytes.Length <= maximumLength ? bytes : throw new FormatException($"{bytes.Length} bytes, more than {maximumLength}");
    }

    /// <summary>A digest.</summary>
    public static Digest256 ReadDigest(this CborReader reader) => Digest256.FromBytes(reader.ReadByteString());

    /// <summary>A member of an enumeration that begins at 1 and has no gaps.</summary>
    public static T ReadEnum<T>(this CborReader reader)
        where T : struct, Enum
    {
        var value = (T)Enum.ToObject(typeof(T), checked((byte)reader.ReadUInt32()));
        return Enum.IsDefined(value) ? value : throw new FormatException($"{value} is no {typeof(T).Name}");
    }
}
