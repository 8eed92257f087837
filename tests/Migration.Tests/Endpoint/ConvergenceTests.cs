// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Migration;

namespace Migration.Tests;

/// <summary>When a move stops copying a VM that runs. A guest writes so many pages a second of an area, the link takes so many.</summary>
public class ConvergenceTests
{
    private readonly Clock _clock = new();

    [Fact]
    public void A_guest_that_writes_much_less_than_the_link_takes_is_not_slowed_down()
    {
        var (rounds, throttle, left) = Copy(new MoveOptions(), area: 2048, writesPerSecond: 400, linkPerSecond: 16_000);
        Assert.InRange(rounds, 1, 5);
        Assert.Equal(0, throttle);
        Assert.InRange(left, 0, 80); // 5 ms of sending
    }

    [Fact]
    public void One_that_writes_as_much_is_slowed_down_until_little_is_left()
    {
        var (rounds, throttle, left) = Copy(new MoveOptions(), area: 2048, writesPerSecond: 400, linkPerSecond: 250);
        Assert.InRange(rounds, 4, 15);
        Assert.Equal(80, throttle);
        Assert.InRange(left, 0, 16);
    }

    [Fact]
    public void One_that_outruns_the_link_all_the_same_is_frozen_before_long()
    {
        var (rounds, throttle, left) = Copy(new MoveOptions(), area: 2048, writesPerSecond: 10_000, linkPerSecond: 250);
        Assert.InRange(rounds, 4, 7);
        Assert.Equal(80, throttle);
        Assert.Equal(2048, left);
    }

    [Fact]
    public void One_that_must_not_be_slowed_down_is_frozen_as_well()
    {
        var (rounds, throttle, _) = Copy(new MoveOptions { MaximumThrottlePercent = 0 }, area: 2048, writesPerSecond: 10_000, linkPerSecond: 250);
        Assert.InRange(rounds, 4, 5);
        Assert.Equal(0, throttle);
    }

    [Fact]
    public void Far_away_one_that_hardly_runs_is_not_slowed_down_and_frozen_when_a_round_leaves_little_less()
    {
        var (rounds, throttle, left) = Copy(new MoveOptions(), area: 64, writesPerSecond: 200, linkPerSecond: 250, share: 0.1, roundTripMs: 50);
        Assert.Equal((1, 0, 61), (rounds, throttle, left));
    }

    private (int Rounds, int Throttle, int Left) Copy(MoveOptions options, int area, int writesPerSecond, int linkPerSecond, double share = 1, int roundTripMs = 0)
    {
        var control = new ConvergenceControl(options, _clock);
        var (dirty, throttle) = (area, 0);
        do
        {
            control.BeginRound(dirty, Ran());
            var seconds = ((double)dirty / linkPerSecond) + (roundTripMs / 1000.0);
            _clock.Advance(seconds);
            control.EndRound(TimeSpan.FromMilliseconds(roundTripMs));
            dirty = (int)Math.Min(area, seconds * writesPerSecond * (100 - throttle) / 100);
            throttle = control.ThrottleFor(dirty, Ran()) ?? throttle;
        }
        while (!control.HasConverged(dirty));
        return (control.Round, throttle, dirty);

        TimeSpan Ran() => _clock.GetElapsedTime(0) * share;
    }

    private sealed class Clock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => 1_000_000;

        public override long GetTimestamp() => _ticks;

        public void Advance(double seconds) => _ticks += (long)(seconds * 1_000_000);
    }
}
