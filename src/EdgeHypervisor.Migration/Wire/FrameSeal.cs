// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EdgeHypervisor.Migration;

/// <summary>
/// Seals the frames of one direction of a data stream: ChaCha20-Poly1305 (RFC 8439; fast also without AES instructions, as
/// on a Raspberry Pi 4). The frame's number is the nonce and never used for two contents; the head is authenticated.
/// </summary>
/// <remarks>Frame: version 1, direction, stream (8 bytes), number (8 bytes), sealed content, tag (16 bytes); little endian.</remarks>
internal sealed class FrameSeal(ReadOnlySpan<byte> key, ulong stream, FrameDirection direction) : IDisposable
{
    public const int KeyBytes = 32;
    public const int HeaderBytes = 18;
    public const int OverheadBytes = HeaderBytes + TagBytes;
    private const int TagBytes = 16;
    private const byte Version = 1;

    private readonly ChaCha20Poly1305 _cipher = new(key);
    private readonly Lock _gate = new();

    /// <summary>The stream's number: drawn from the keys.</summary>
    public ulong Stream => stream;

    /// <summary>Reads which stream a frame belongs to, and nothing else of it.</summary>
    public static bool TryReadStream(ReadOnlySpan<byte> frame, out ulong stream, out FrameDirection direction)
    {
        (stream, direction) = (0, default);
        if (frame.Length < OverheadBytes || frame[0] != Version || frame[1] is not (1 or 2)) return false;
        direction = (FrameDirection)frame[1];
        stream = BinaryPrimitives.ReadUInt64LittleEndian(frame[2..]);
        return true;
    }

    /// <summary>Makes a frame.</summary>
    public byte[] Seal(ulong number, ReadOnlySpan<byte> content)
    {
        var frame = new byte[OverheadBytes + content.Length];
        (frame[0], frame[1]) = (Version, (byte)direction);
        BinaryPrimitives.WriteUInt64LittleEndian(frame.AsSpan(2), stream);
        BinaryPrimitives.WriteUInt64LittleEndian(frame.AsSpan(10), number);
        Span<byte> nonce = stackalloc byte[12];
        BinaryPrimitives.WriteUInt64LittleEndian(nonce[4..], number);
        lock (_gate)
        {
            _cipher.Encrypt(nonce, content, frame.AsSpan(HeaderBytes, content.Length), frame.AsSpan(HeaderBytes + content.Length), frame.AsSpan(0, HeaderBytes));
        }
        return frame;
    }

    /// <summary>Opens a frame; null when it is not from the other board, or changed.</summary>
    public byte[]? Open(ReadOnlySpan<byte> frame, out ulong number)
    {
        number = 0;
        if (!TryReadStream(frame, out var of, out var to) || of != stream || to != direction) return null;
        number = BinaryPrimitives.ReadUInt64LittleEndian(frame[10..]);
        Span<byte> nonce = stackalloc byte[12];
        BinaryPrimitives.WriteUInt64LittleEndian(nonce[4..], number);
        var content = new byte[frame.Length - OverheadBytes];
        try
        {
            lock (_gate) _cipher.Decrypt(nonce, frame[HeaderBytes..^TagBytes], frame[^TagBytes..], content, frame[..HeaderBytes]);
            return content;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _cipher.Dispose();
}
