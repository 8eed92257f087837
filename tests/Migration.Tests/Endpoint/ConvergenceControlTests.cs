// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration.Tests;

public class ConvergenceControlTests
{
    private readonly RoundTime _time = new();

    [Fact]
    public void A_few_pages_are_sent_in_one_more_round_while_that_leaves_fewer()
    {
        var control = AfterRound(64);
        Assert.False(control.HasConverged(8));
        control.BeginRound(8, _time.GetElapsedTime(0));
        control.EndRound(TimeSpan.Zero);
        Assert.False(control.HasConverged(4));
        control.BeginRound(4, _time.GetElapsedTime(0));
        control.EndRound(TimeSpan.Zero);
        Assert.True(control.HasConverged(3)); // as many as before, nearly
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Nothing_or_one_page_is_as_good_as_it_gets(int pages) => Assert.True(AfterRound(64).HasConverged(pages));

    [Fact]
    public void Many_pages_that_do_not_get_fewer_are_sent_again_until_the_rounds_are_used_up()
    {
        var control = AfterRound(100_000);
        Assert.False(control.HasConverged(90_000));
        control.BeginRound(90_000, _time.GetElapsedTime(0));
        _time.Step();
        control.EndRound(TimeSpan.Zero);
        Assert.True(control.HasConverged(90_000));
    }

    [Fact]
    public void Far_away_a_guest_that_writes_as_fast_as_is_sent_is_slowed_down_at_once()
    {
        var control = AfterRound(64, roundTrip: TimeSpan.FromMilliseconds(50)); // a second long
        Assert.Equal(80, control.ThrottleFor(45, _time.GetElapsedTime(0)));
        Assert.Null(control.ThrottleFor(45, _time.GetElapsedTime(0))); // as far as may be
    }

    [Fact]
    public void A_rest_that_takes_no_longer_than_the_way_there_and_back_twice_is_worth_no_further_round()
    {
        var control = AfterRound(64, roundTrip: TimeSpan.FromMilliseconds(200)); // so 80 pages a second
        Assert.True(control.HasConverged(30));
        Assert.False(control.HasConverged(34));
    }

    private ConvergenceControl AfterRound(int pages, TimeSpan roundTrip = default)
    {
        var control = new ConvergenceControl(new MoveOptions { MaximumRounds = pages > 1000 ? 2 : 30, DowntimeTarget = TimeSpan.Zero }, _time);
        control.BeginRound(pages, _time.GetElapsedTime(0));
        _time.Step();
        control.EndRound(roundTrip);
        return control;
    }

    /// <summary>Each round takes a second.</summary>
    private sealed class RoundTime : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _seconds;

        public void Step() => _seconds++;
    }
}
