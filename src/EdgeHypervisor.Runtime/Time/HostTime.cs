// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace EdgeHypervisor.Runtime;

/// <summary>The host's monotonic clock in nanoseconds, and its wall clock.</summary>
internal sealed class HostTime(TimeProvider provider)
{
    private const long NsPerSecond = 1_000_000_000;

    private readonly long _frequencyHz = provider.TimestampFrequency;

    /// <summary>Nanoseconds since some moment before this process began.</summary>
    public long NowNs
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ToNs(provider.GetTimestamp());
    }

    /// <summary>Wall clock, nanoseconds since 1970-01-01 UTC.</summary>
    public long UtcNs => (provider.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    // Whole seconds and the rest apart: code over 128 bits is never compiled ahead.
    private long ToNs(long timestamp) => _frequencyHz == NsPerSecond
        ? timestamp
        : timestamp / _frequencyHz * NsPerSecond + timestamp % _frequencyHz * NsPerSecond / _frequencyHz;
}
