// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>How a move ended.</summary>
/// <param name="State">One of the three final states.</param>
/// <param name="Reason">Why it is not succeeded; else empty.</param>
public sealed record MoveResult(MoveJobState State, string Reason)
{
    /// <summary>
    /// Whether it is not over: this board's disk failed in its middle, and what its journal says at the next start decides.
    /// Told then by <see cref="MoveEndpoint.Settled"/>.
    /// </summary>
    public bool IsInDoubt { get; init; }

    /// <summary>How long the VM stood still, from the begin of the freeze until its first turn at the destination.</summary>
    public TimeSpan Downtime { get; init; }

    /// <summary>From the begin to the end of the attempt.</summary>
    public TimeSpan Total { get; init; }

    /// <summary>Bytes of the data stream on the wire.</summary>
    public long BytesSent { get; init; }

    /// <summary>What of the downtime was waiting for disks: the durable writes that had to be in sequence, on both boards.</summary>
    public TimeSpan DiskTime { get; init; }

    /// <summary>When what was done while it stood still; null when it never did.</summary>
    public MoveTimeline? Timeline { get; init; }

    /// <summary>Rounds in which pages were sent while the VM ran.</summary>
    public int Rounds { get; init; }
}
