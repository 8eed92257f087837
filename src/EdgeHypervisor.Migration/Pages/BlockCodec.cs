// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>How a block of the data stream is compressed. The numbers are on the wire.</summary>
internal enum BlockCodec : byte
{
    /// <summary>Not at all.</summary>
    None = 0,

    /// <summary>Zstandard (RFC 8878).</summary>
    Zstd = 1,

    /// <summary>Brotli (RFC 7932).</summary>
    Brotli = 2,
}
