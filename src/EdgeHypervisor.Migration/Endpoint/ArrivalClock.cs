// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>Takes the time of a handover at the destination, for the source to be told: the two boards' clocks know nothing of each other.</summary>
internal sealed class ArrivalClock(TimeProvider time)
{
    private readonly long[] _at = new long[(int)MoveStep.Done + 1];
    private long _finishHeardAt;

    /// <summary>What the answer "prepared" says, as times since "finish" was heard; the time of the answer itself comes after them.</summary>
    public static ReadOnlySpan<MoveStep> UntilPrepared => [MoveStep.Arrived, MoveStep.Verified, MoveStep.Built, MoveStep.ImageDurable, MoveStep.Journaled];

    /// <summary>What the answer "done" says, as times since "commit" was heard.</summary>
    public static ReadOnlySpan<MoveStep> UntilDone => [MoveStep.CommitHeard, MoveStep.FirstInstruction, MoveStep.Owned];

    /// <summary>The most times that one answer says.</summary>
    public const int MaximumSteps = 8;

    /// <summary>The source says that everything is on its way.</summary>
    public void FinishHeard()
    {
        if (_finishHeardAt == 0) _finishHeardAt = time.GetTimestamp();
    }

    /// <summary>A step is done. The first time counts.</summary>
    public void Mark(MoveStep step)
    {
        if (_at[(int)step] == 0) _at[(int)step] = time.GetTimestamp();
    }

    /// <summary>The ownership is durable; the guest has been running for so long. One that is not to run is there from now on.</summary>
    public void Owned(TimeSpan? runningFor)
    {
        if (_at[(int)MoveStep.Owned] != 0) return;
        Mark(MoveStep.Owned);
        _at[(int)MoveStep.FirstInstruction] = _at[(int)MoveStep.Owned] - (long)((runningFor ?? TimeSpan.Zero).TotalSeconds * time.TimestampFrequency);
    }

    /// <summary>The times for "prepared"; none when they were not all taken.</summary>
    public TimeSpan[] Prepared() => Since(_finishHeardAt, UntilPrepared);

    /// <summary>The times for "done".</summary>
    public TimeSpan[] Done() => Since(_at[(int)MoveStep.CommitHeard], UntilDone);

    private TimeSpan[] Since(long begin, ReadOnlySpan<MoveStep> steps)
    {
        if (begin == 0) return [];
        var times = new TimeSpan[steps.Length + 1];
        times[^1] = time.GetElapsedTime(begin);
        for (var i = 0; i < steps.Length; i++)
        {
            if (_at[(int)steps[i]] == 0) return [];
            times[i] = time.GetElapsedTime(begin, _at[(int)steps[i]]);
            if (times[i] < TimeSpan.Zero) times[i] = TimeSpan.Zero;
        }
        return times;
    }
}
