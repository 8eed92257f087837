// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Host.Tests.Vms;

/// <summary>How long a VM that fails waits before it starts again.</summary>
public class RestartPauseTests
{
    [Fact]
    public void It_doubles_up_to_a_minute()
    {
        var pause = new RestartPause(new Hand());
        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60], Enumerable.Range(0, 8).Select(_ =>
        {
            var next = pause.Next();
            pause.Started();
            return (int)next.TotalSeconds;
        }));
    }

    [Fact]
    public void One_that_has_run_well_begins_with_the_shortest_again()
    {
        var hand = new Hand();
        var pause = new RestartPause(hand);
        for (var i = 0; i < 5; i++) pause.Next();
        pause.Started();
        hand.Seconds += 119;
        Assert.Equal(TimeSpan.FromSeconds(32), pause.Next());
        pause.Started();
        hand.Seconds += 120;
        Assert.Equal(TimeSpan.FromSeconds(1), pause.Next());
    }

    private sealed class Hand : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
