// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>Takes the time of a handover at the source, from the begin of the freeze on. A step counts the first time.</summary>
internal sealed class HandoverClock(TimeProvider time)
{
    private readonly long[] _ticks = new long[(int)MoveStep.Done + 1]; // since the begin, and one; 0: not yet
    private long _begunAt;
    private TimeSpan _finishedAt, _journalDisk, _shortestWay = TimeSpan.MaxValue;

    /// <summary>Whether the freeze has begun.</summary>
    public bool HasBegun => _begunAt != 0;

    public void Begin() => _begunAt = time.GetTimestamp();

    /// <summary>A step is done.</summary>
    public void Mark(MoveStep step) => Mark(step, Now);

    /// <summary>The destination is told that everything is on its way.</summary>
    public void Finished()
    {
        if (_finishedAt == default) _finishedAt = Now;
    }

    /// <summary>The destination is prepared, and has said when it was how far since it heard that everything is on its way.</summary>
    public void Prepared(IReadOnlyList<TimeSpan> steps)
    {
        if (At(MoveStep.Ready) is not null) return;
        Mark(MoveStep.Ready);
        MarkOthers(ArrivalClock.UntilPrepared, steps, _finishedAt);
    }

    /// <summary>The handover is journaled; the disk took so long.</summary>
    public void Relinquished(TimeSpan disk)
    {
        Mark(MoveStep.Commit);
        _journalDisk = disk;
    }

    /// <summary>The VM runs at the destination, which has said since when.</summary>
    public void Done(IReadOnlyList<TimeSpan> steps)
    {
        if (At(MoveStep.Done) is not null || At(MoveStep.Commit) is not { } committed) return;
        Mark(MoveStep.Done);
        MarkOthers(ArrivalClock.UntilDone, steps, committed);
    }

    /// <summary>How long the VM stood still, or has been standing.</summary>
    public TimeSpan Downtime => At(MoveStep.FirstInstruction) ?? At(MoveStep.Done) ?? (HasBegun ? Now : TimeSpan.Zero);

    /// <summary>What of it was waiting for durable writes.</summary>
    public TimeSpan Disk
    {
        get
        {
            var ready = At(MoveStep.Ready);
            var destination = At(MoveStep.Verified) is { } verified ? Later(At(MoveStep.ImageDurable), At(MoveStep.Journaled)) - verified : null;
            var kept = At(MoveStep.ImageKept) is { } k && k > ready ? k - ready : null;
            return (destination ?? TimeSpan.Zero) + (kept ?? TimeSpan.Zero) + _journalDisk;
        }
    }

    /// <summary>What is known of the handover; null before it has begun.</summary>
    public MoveTimeline? Timeline => HasBegun
        ? new MoveTimeline([.. Enum.GetValues<MoveStep>().Where(step => At(step) is not null).Select(step => (step, At(step)!.Value))])
        : null;

    private TimeSpan Now => time.GetElapsedTime(_begunAt);

    private TimeSpan? At(MoveStep step) => Volatile.Read(ref _ticks[(int)step]) is var ticks and not 0 ? TimeSpan.FromTicks(ticks - 1) : null;

    private void Mark(MoveStep step, TimeSpan at) => Interlocked.CompareExchange(ref _ticks[(int)step], at.Ticks + 1, 0);

    // The way there and back is what the answer took beyond the time at the other board; a way that was repeated or held
    // up is not taken for half of it. So its steps come out late rather than early.
    private void MarkOthers(ReadOnlySpan<MoveStep> names, IReadOnlyList<TimeSpan> steps, TimeSpan askedAt)
    {
        if (steps.Count != names.Length + 1) return;
        var answeredAt = Now;
        var way = (answeredAt - askedAt - steps[^1]) / 2;
        if (way < TimeSpan.Zero) way = TimeSpan.Zero;
        if (way < _shortestWay) _shortestWay = way;
        var heardAt = answeredAt - _shortestWay - steps[^1];
        for (var i = 0; i < names.Length; i++) Mark(names[i], heardAt + steps[i]);
    }

    private static TimeSpan? Later(TimeSpan? one, TimeSpan? other) => one > other ? one : other ?? one;
}
