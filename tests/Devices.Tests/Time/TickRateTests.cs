// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace Devices.Tests.Time;

/// <summary>Ticks and nanoseconds, held to the same sums in 128 bits.</summary>
public sealed class TickRateTests
{
    private static readonly long[] Times = [0, 1, 99, 100, 999_999_999, 1_000_000_000, 1_234_567_891_011, long.MaxValue - 1, long.MaxValue];
    private static readonly ulong[] Counts = [0, 1, 2, 32_767, 32_768, 10_000_001, uint.MaxValue, long.MaxValue, ulong.MaxValue - 1, ulong.MaxValue];

    [Theory]
    [InlineData(1)]
    [InlineData(32_768)]
    [InlineData(10_000_000)]
    [InlineData(999_999_937)]
    [InlineData(1_000_000_000)]
    [InlineData(uint.MaxValue)]
    public void Nothing_is_rounded_but_the_last_tick(uint hz)
    {
        var rate = new TickRate(hz);
        foreach (var ns in Times) Assert.Equal((ulong)((UInt128)ns * hz / 1_000_000_000), rate.TicksAt(ns));
        foreach (var ticks in Counts)
        {
            var ns = ((UInt128)ticks * 1_000_000_000 + (hz - 1)) / hz;
            Assert.Equal(ns > long.MaxValue ? null : (long)ns, rate.FirstNsOf(ticks));
            Assert.Equal(rate.FirstNsOf(ticks), rate.FirstNsOf((UInt128)ticks));
        }
        Assert.Null(rate.FirstNsOf((UInt128)ulong.MaxValue + 1));
    }
}
