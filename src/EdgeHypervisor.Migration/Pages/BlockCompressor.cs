// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;

namespace EdgeHypervisor.Migration;

/// <summary>
/// Compresses and expands blocks: zstd level 1 where libzstd is installed, Brotli quality 0 elsewhere. What does not get
/// smaller stays as it is. Not thread-safe.
/// </summary>
internal sealed class BlockCompressor(bool useZstd) : IDisposable
{
    private readonly ZstdContext? _zstd = useZstd ? ZstdContext.TryCreate() : null;

    /// <summary>With the best codec that this machine has.</summary>
    public BlockCompressor()
        : this(useZstd: true)
    {
    }

    /// <summary>What it compresses with.</summary>
    public BlockCodec Codec => _zstd is null ? BlockCodec.Brotli : BlockCodec.Zstd;

    /// <summary>Compresses into <paramref name="destination"/>, which has at least the source's length.</summary>
    /// <returns>How it is compressed, and the number of bytes written.</returns>
    public (BlockCodec Codec, int Length) Compress(ReadOnlySpan<byte> source, Span<byte> destination, BlockCodec allowed)
    {
        var room = destination[..Math.Max(source.Length - 1, 0)];
        var length = allowed switch
        {
            BlockCodec.Zstd when _zstd is not null => _zstd.TryCompress(source, room),
            BlockCodec.None => 0,
            _ => BrotliEncoder.TryCompress(source, room, out var written, quality: 0, window: 18) ? written : 0,
        };
        if (length > 0) return (allowed == BlockCodec.Zstd && _zstd is not null ? BlockCodec.Zstd : BlockCodec.Brotli, length);
        source.CopyTo(destination);
        return (BlockCodec.None, source.Length);
    }

    /// <summary>Expands to exactly the length of <paramref name="destination"/>.</summary>
    /// <exception cref="FormatException">It does not expand to that.</exception>
    public void Expand(BlockCodec codec, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        var length = codec switch
        {
            BlockCodec.None when source.Length == destination.Length => Copy(source, destination),
            BlockCodec.Zstd when _zstd is not null => _zstd.TryExpand(source, destination),
            BlockCodec.Brotli => BrotliDecoder.TryDecompress(source, destination, out var written) ? written : -1,
            _ => -1,
        };
        if (length != destination.Length) throw new FormatException($"a {codec} block that does not expand to the {destination.Length} bytes it promises");
    }

    /// <inheritdoc/>
    public void Dispose() => _zstd?.Dispose();

    private static int Copy(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        source.CopyTo(destination);
        return source.Length;
    }
}
