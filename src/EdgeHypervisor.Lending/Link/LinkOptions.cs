// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Lending;

/// <summary>The times of one end of a link, in nanoseconds.</summary>
/// <param name="KeepAliveNs">After so long without a frame one is sent all the same, and an answer asked for; 0: never.</param>
/// <param name="AcknowledgeNs">How long an acknowledgement may wait for something to travel with.</param>
internal sealed record LinkOptions(long KeepAliveNs, long AcknowledgeNs)
{
    /// <summary>How many items may be under way: what a receiver has to keep of those that came too early.</summary>
    public const int Window = 64;

    /// <summary>The longest item in bytes.</summary>
    public const int MaximumItemBytes = 16 * 1024 + 256;

    /// <summary>The longest content of a frame in bytes; smaller where the broker takes less.</summary>
    public const int MaximumFrameBytes = 32 * 1024;

    public const long FirstRetryNs = 250_000_000;

    public const long ShortestRetryNs = 20_000_000;

    public const long LongestRetryNs = 500_000_000;
}
