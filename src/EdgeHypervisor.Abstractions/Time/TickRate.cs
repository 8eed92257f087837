// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>Converts between guest nanoseconds and ticks of a clock, exactly: no rounding error ever adds up.</summary>
/// <remarks>Whole seconds and the rest apart, which fit 64 bits: code over 128 bits is never compiled ahead.</remarks>
/// <param name="hz">Ticks in a second; at least 1.</param>
public readonly struct TickRate(uint hz)
{
    private const uint NsPerSecond = 1_000_000_000;

    /// <summary>Ticks in a second.</summary>
    public uint Hz { get; } = hz;

    /// <summary>Whole ticks since time zero; the time is not negative.</summary>
    public ulong TicksAt(long nowNs)
    {
        var (seconds, ns) = ((ulong)nowNs / NsPerSecond, (ulong)nowNs % NsPerSecond);
        return seconds * Hz + ns * Hz / NsPerSecond;
    }

    /// <summary>The first nanosecond at which that many ticks have passed; null when guest time never gets there.</summary>
    public long? FirstNsOf(ulong ticks)
    {
        var (seconds, rest) = (ticks / Hz, ticks % Hz);
        if (seconds > long.MaxValue / NsPerSecond) return null;
        var ns = seconds * NsPerSecond + (rest * NsPerSecond + (Hz - 1)) / Hz;
        return ns <= long.MaxValue ? (long)ns : null;
    }

    /// <summary>The same for more ticks than are ever reached.</summary>
    public long? FirstNsOf(UInt128 ticks) => ticks > ulong.MaxValue ? null : FirstNsOf((ulong)ticks);
}
