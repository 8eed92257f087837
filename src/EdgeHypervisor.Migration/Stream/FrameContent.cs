// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>What a frame of the data stream holds: its first byte. The numbers are on the wire.</summary>
internal enum FrameContent : byte
{
    /// <summary>To the destination: a block of pages. Codec (1), length when expanded (4), block.</summary>
    Pages = 1,

    /// <summary>To the destination: a piece of the state. Total length (4), offset (4), bytes.</summary>
    State = 2,

    /// <summary>To the destination: do you know these pages? Id (4), then for each region (1), page (4), SHA-256 (32).</summary>
    Hashes = 3,

    /// <summary>To the source: all frames up to a number (8) are here, and of the next 64 those in a map (8). Flag (1): send the others now.</summary>
    Acknowledge = 4,

    /// <summary>To the source: of the pages of question id (4), those in a map of bits are known.</summary>
    Known = 5,

    /// <summary>To the destination: make durable what has come so far, and be ready for the rest. Id (4).</summary>
    Settle = 6,

    /// <summary>To the source: done, for the question id (4).</summary>
    Settled = 7,
}
