// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>Converts between guest nanoseconds and ticks of a clock, exactly: no rounding error ever adds up.</summary>
/// <param name="hz">Ticks in a second; at least 1.</param>
public readonly struct TickRate(uint hz)
{
    private const uint NsPerSecond = 1_000_000_000;

    /// <summary>Ticks in a second.</summary>
    public uint Hz { get; } = hz;

    /// <summary>Whole ticks since time zero; the time is not negative.</summary>
    public ulong TicksAt(long nowNs) => (ulong)((UInt128)(ulong)nowNs * Hz / NsPerSecond);

    /// <summary>The first nanosecond at which that many ticks have passed; null when guest time never gets there.</summary>
    public long? FirstNsOf(UInt128 ticks)
    {
        if (ticks > ulong.MaxValue) return null;
        var ns = (ticks * NsPerSecond + (Hz - 1)) / Hz;
        return ns <= (UInt128)long.MaxValue ? (long)ns : null;
    }
}
