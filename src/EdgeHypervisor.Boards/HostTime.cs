// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Boards;

/// <summary>The host's monotonic clock in nanoseconds, whatever its ticks are.</summary>
internal static class HostTime
{
    public static long NowNs(this TimeProvider time)
    {
        var (seconds, rest) = Math.DivRem(time.GetTimestamp(), time.TimestampFrequency);
        return (seconds * 1_000_000_000) + (rest * 1_000_000_000 / time.TimestampFrequency);
    }
}
