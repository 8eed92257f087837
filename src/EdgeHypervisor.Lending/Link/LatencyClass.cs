// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Lending;

/// <summary>How far away another board's peripheral is for a guest: the 99th percentile of the round trip.</summary>
public enum LatencyClass : byte
{
    /// <summary>Less than a millisecond.</summary>
    SubMillisecond,

    /// <summary>Less than 10.</summary>
    Milliseconds,

    /// <summary>Less than 100.</summary>
    TensOfMilliseconds,

    /// <summary>More: good for what is asked once in a while.</summary>
    Slow,
}
