// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace EdgeHypervisor.Runtime;

/// <summary>The host's monotonic clock in nanoseconds, and its wall clock.</summary>
internal sealed class HostTime(TimeProvider provider)
{
    private readonly long _frequencyHz = provider.TimestampFrequency;

    /// <summary>Nanoseconds since some moment before this process began.</summary>
    public long NowNs
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ToNs(provider.GetTimestamp());
    }

    /// <summary>Wall clock, nanoseconds since 1970-01-01 UTC.</summary>
    public long UtcNs => (provider.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    private long ToNs(long timestamp) => _frequencyHz == 1_000_000_000
        ? timestamp
        : (long)((Int128)timestamp * 1_000_000_000 / _frequencyHz);
}
