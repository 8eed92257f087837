// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>The host's monotonic clock in nanoseconds, whatever its ticks are.</summary>
internal static class HostTime
{
    public static long NowNs(this TimeProvider time) => time.ToNs(time.GetTimestamp());

    public static long ToNs(this TimeProvider time, long timestamp)
    {
        var (seconds, rest) = Math.DivRem(timestamp, time.TimestampFrequency);
        return (seconds * 1_000_000_000) + (rest * 1_000_000_000 / time.TimestampFrequency);
    }
}
