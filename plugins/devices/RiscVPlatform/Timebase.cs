// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Devices.RiscVPlatform;

/// <summary>Converts between guest nanoseconds and ticks of a clock, exactly: no rounding error adds up.</summary>
/// <param name="hz">Ticks in a second.</param>
internal readonly struct Timebase(uint hz)
{
    private const uint NsPerSecond = 1_000_000_000;

    /// <summary>Whole ticks since time zero.</summary>
    public ulong TicksAt(long nowNs) => (ulong)((UInt128)(ulong)nowNs * hz / NsPerSecond);

    /// <summary>The first nanosecond at which that many ticks have passed; null when guest time never gets there.</summary>
    public long? FirstNsOf(ulong ticks)
    {
        var ns = ((UInt128)ticks * NsPerSecond + (hz - 1)) / hz;
        return ns <= (UInt128)long.MaxValue ? (long)ns : null;
    }
}
