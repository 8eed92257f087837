// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using EdgeHypervisor.Migration;

namespace Migration.Tests;

public sealed class BlockCompressorTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_compressed_expands_to_the_same(bool useZstd) => Gen.Byte[0, 3].Array[0, 70_000].Sample(source =>
    {
        using var compressor = new BlockCompressor(useZstd);
        var room = new byte[source.Length];
        var (codec, length) = compressor.Compress(source, room, compressor.Codec);
        var back = new byte[source.Length];
        compressor.Expand(codec, room.AsSpan(0, length), back);
        return back.AsSpan().SequenceEqual(source) && length <= source.Length;
    }, iter: 50);

    [Fact]
    public void Debian_has_zstd_and_it_is_taken()
    {
        using var compressor = new BlockCompressor();
        Assert.Equal(BlockCodec.Zstd, compressor.Codec);
    }

    [Fact]
    public void Noise_stays_as_it_is()
    {
        using var compressor = new BlockCompressor();
        var noise = new byte[4096];
        new Random(3).NextBytes(noise);
        Assert.Equal((BlockCodec.None, noise.Length), compressor.Compress(noise, new byte[noise.Length], compressor.Codec));
    }

    [Fact]
    public void Any_block_expands_or_is_refused() => Gen.Select(Gen.Byte[0, 5], Gen.Byte.Array[0, 100], Gen.Int[0, 5000]).Sample((codec, block, length) =>
    {
        using var compressor = new BlockCompressor();
        try
        {
            compressor.Expand((BlockCodec)codec, block, new byte[length]);
        }
        catch (FormatException)
        {
            // Said what is wrong.
        }
    }, iter: 500);
}
