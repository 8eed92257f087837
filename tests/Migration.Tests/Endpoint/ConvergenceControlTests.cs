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
        control.BeginRound(8);
        control.EndRound();
        Assert.False(control.HasConverged(4));
        control.BeginRound(4);
        control.EndRound();
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
        control.BeginRound(90_000);
        _time.Step();
        control.EndRound();
        Assert.True(control.HasConverged(90_000));
    }

    private ConvergenceControl AfterRound(int pages)
    {
        var control = new ConvergenceControl(new MoveOptions { MaximumRounds = pages > 1000 ? 2 : 30, DowntimeTarget = TimeSpan.Zero }, _time);
        control.BeginRound(pages);
        _time.Step();
        control.EndRound();
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
