// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration.Tests;

/// <summary>Two boards' clocks that know nothing of each other make one timeline.</summary>
public class HandoverClockTests
{
    private readonly SteppedTime _source = new(1_000), _destination = new(777_777_777);

    [Fact]
    public void What_the_other_board_did_is_placed_between_question_and_answer()
    {
        var timeline = HandOver(way: 3, lostCommits: 0);
        Assert.Equal(Ms(1 + 3 + 2), timeline.At(MoveStep.Journaled)); // stopped, a way, two of its own
        Assert.Equal(Ms(1 + 3 + 4 + 3), timeline.At(MoveStep.Ready));
        Assert.Equal(Ms(12 + 3), timeline.At(MoveStep.CommitHeard));
        Assert.Equal(Ms(12 + 3 + 1), timeline.At(MoveStep.FirstInstruction));
        Assert.Equal(Ms(12 + 3 + 5 + 3), timeline.At(MoveStep.Done));
    }

    [Fact]
    public void A_commit_that_had_to_be_repeated_is_not_taken_for_a_long_way()
    {
        var timeline = HandOver(way: 3, lostCommits: 1);
        Assert.Equal(Ms(12 + 250 + 3 + 1), timeline.At(MoveStep.FirstInstruction));
    }

    [Fact]
    public void The_disks_time_is_what_the_guest_waited_for_durable_writes()
    {
        var clock = new HandoverClock(_source);
        clock.Begin();
        clock.Finished();
        Both(10);
        clock.Prepared([Ms(1), Ms(2), Ms(3), Ms(7), Ms(6), Ms(8)]);
        Both(4);
        clock.Mark(MoveStep.ImageKept);
        Both(2);
        clock.Relinquished(Ms(2));
        Assert.Equal(Ms(5 + 4 + 2), clock.Disk);
    }

    [Fact]
    public void Answers_that_say_no_times_leave_a_gap_and_nothing_else()
    {
        var clock = new HandoverClock(_source);
        clock.Begin();
        clock.Finished();
        clock.Prepared([]);
        clock.Relinquished(Ms(0));
        Both(5);
        clock.Done([]);
        Assert.Equal(Ms(5), clock.Downtime);
        Assert.Null(clock.Timeline!.At(MoveStep.FirstInstruction));
    }

    private MoveTimeline HandOver(int way, int lostCommits)
    {
        var (clock, arrival) = (new HandoverClock(_source), new ArrivalClock(_destination));
        clock.Begin();
        Both(1);
        clock.Finished();
        Both(way);
        arrival.FinishHeard();
        Both(2);
        foreach (var step in ArrivalClock.UntilPrepared) arrival.Mark(step);
        Both(2);
        var prepared = arrival.Prepared();
        Both(way);
        clock.Prepared(prepared);
        Both(1);
        clock.Relinquished(Ms(1));
        Both((250 * lostCommits) + way);
        arrival.Mark(MoveStep.CommitHeard);
        Both(5);
        arrival.Owned(runningFor: Ms(4));
        var done = arrival.Done();
        Both(way);
        clock.Done(done);
        return clock.Timeline!;
    }

    private void Both(int milliseconds)
    {
        _source.Step(milliseconds);
        _destination.Step(milliseconds);
    }

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private sealed class SteppedTime(long ticks) : TimeProvider
    {
        private long _ticks = ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Step(int milliseconds) => _ticks += milliseconds * TimeSpan.TicksPerMillisecond;
    }
}
