// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>Takes the time of a handover at the source, from the begin of the freeze on. Set by one thread after the other.</summary>
internal sealed class HandoverClock(TimeProvider time)
{
    private long _frozenAt, _savedAt, _sentAt, _keptAt, _preparedAt, _relinquishedAt;
    private TimeSpan _destinationDisk, _journalDisk;
    private TimeSpan? _downtime;

    /// <summary>Whether the freeze has begun.</summary>
    public bool HasBegun => _frozenAt != 0;

    public void Begin() => _frozenAt = time.GetTimestamp();

    public void StateSaved() => _savedAt = time.GetTimestamp();

    public void AllSent() => _sentAt = time.GetTimestamp();

    public void ImageKept() => Volatile.Write(ref _keptAt, time.GetTimestamp());

    /// <summary>The destination is prepared; its disk took so long.</summary>
    public void Prepared(TimeSpan disk)
    {
        if (_preparedAt == 0) (_preparedAt, _destinationDisk) = (time.GetTimestamp(), disk);
    }

    /// <summary>The handover is journaled; the disk took so long.</summary>
    public void Relinquished(TimeSpan disk) => (_relinquishedAt, _journalDisk) = (time.GetTimestamp(), disk);

    /// <summary>The destination has said that the VM has been running there for so long.</summary>
    public void Done(TimeSpan runningFor)
    {
        var standing = time.GetElapsedTime(_frozenAt);
        _downtime ??= runningFor < standing ? standing - runningFor : standing;
    }

    /// <summary>How long the VM stood still, or has been standing.</summary>
    public TimeSpan Downtime => _downtime ?? (HasBegun ? time.GetElapsedTime(_frozenAt) : TimeSpan.Zero);

    /// <summary>What of it was waiting for durable writes.</summary>
    public TimeSpan Disk
    {
        get
        {
            var keptAfter = _preparedAt != 0 && Volatile.Read(ref _keptAt) > _preparedAt ? time.GetElapsedTime(_preparedAt, _keptAt) : TimeSpan.Zero;
            return _destinationDisk + keptAfter + _journalDisk;
        }
    }

    /// <summary>The stages; null before the handover was journaled.</summary>
    public MoveStages? Stages => _relinquishedAt == 0 || _preparedAt == 0 ? null : new MoveStages(
        time.GetElapsedTime(_frozenAt, _savedAt),
        time.GetElapsedTime(_savedAt, _sentAt),
        time.GetElapsedTime(_sentAt, _preparedAt),
        time.GetElapsedTime(_preparedAt, _relinquishedAt),
        Downtime - time.GetElapsedTime(_frozenAt, _relinquishedAt));
}
