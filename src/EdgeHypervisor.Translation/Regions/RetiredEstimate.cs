// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace EdgeHypervisor.Translation;

/// <summary>
/// Regions do not count instructions unless they have to. What they ran in a slice is put down as one a nanosecond, so
/// that counters advance as on a processor of 1 GHz and whoever plans by instructions is not misled.
/// </summary>
public struct RetiredEstimate
{
    private long _sliceStart;
    private long _countedAtSliceStart;

    /// <summary>A slice begins.</summary>
    /// <param name="counted">Instructions counted so far.</param>
    public void Begin(long counted) => (_sliceStart, _countedAtSliceStart) = (Stopwatch.GetTimestamp(), counted);

    /// <summary>Instructions to be added when it ends.</summary>
    /// <param name="counted">Instructions counted so far.</param>
    public readonly long Missing(long counted)
    {
        var elapsedNs = (long)Stopwatch.GetElapsedTime(_sliceStart).TotalNanoseconds;
        return Math.Max(0, elapsedNs - (counted - _countedAtSliceStart));
    }
}
