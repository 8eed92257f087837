// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>
/// Decides when copying a running VM has come as far as it will, and slows down a guest that writes faster than can be sent.
/// </summary>
internal sealed class ConvergenceControl(MoveOptions options, TimeProvider time)
{
    private const int ThrottleStepPercent = 40;
    private const int MostStalledRounds = 3;
    private const int FewPages = 16; // one block

    private static readonly TimeSpan LongRound = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongWay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan ShortRest = TimeSpan.FromMilliseconds(500);

    private readonly long _startedAt = time.GetTimestamp();
    private long _roundStartedAt;
    private int _roundPages;
    private TimeSpan _roundTime, _roundTrip, _ranBefore;
    private bool _canBeSlowedDown = true;
    private double _pagesPerSecond;
    private int _throttlePercent;
    private int _stalledRounds;

    /// <summary>Rounds completed.</summary>
    public int Round { get; private set; }

    /// <summary>A round of so many pages begins; the guest has been running for so long.</summary>
    public void BeginRound(int pages, TimeSpan ran) => (_roundStartedAt, _roundPages, _ranBefore) = (time.GetTimestamp(), pages, ran);

    /// <summary>It has been sent, and heard of; the way there and back takes so long.</summary>
    public void EndRound(TimeSpan roundTrip)
    {
        Round++;
        _roundTrip = roundTrip;
        _roundTime = time.GetElapsedTime(_roundStartedAt);
        var sending = _roundTime - roundTrip;
        if (sending > TimeSpan.Zero && _roundPages > 0) _pagesPerSecond = _roundPages / sending.TotalSeconds;
    }

    /// <summary>How much to slow the guest down from now on, which has been running for so long; null: no change.</summary>
    public int? ThrottleFor(int dirtyPages, TimeSpan ran)
    {
        // One that waits most of the time writes as much in what is left to it.
        var share = (ran - _ranBefore) / time.GetElapsedTime(_roundStartedAt);
        _canBeSlowedDown = _throttlePercent < options.MaximumThrottlePercent && share * 100 > 100 - options.MaximumThrottlePercent;
        // It wrote nearly as much as was sent meanwhile: another round like this one leads nowhere. Where rounds take long, far away, it is
        // slowed down at once, and as far as may be: finding out how far would take a round each.
        var isStalled = Round >= 2 && dirtyPages >= _roundPages * 3 / 4;
        if (_canBeSlowedDown)
        {
            if (IsCostly && !Shrinks(dirtyPages)) return _throttlePercent = options.MaximumThrottlePercent;
            if (isStalled) return _throttlePercent = Math.Min(_throttlePercent + ThrottleStepPercent, options.MaximumThrottlePercent);
        }
        _stalledRounds = isStalled ? _stalledRounds + 1 : 0;
        return null;
    }

    /// <summary>Whether to freeze the VM now. Slowed down as far as may be, and still no less to send: waiting only makes it longer.</summary>
    public bool HasConverged(int dirtyPages) =>
        dirtyPages == 0
        || Round >= options.MaximumRounds
        || _stalledRounds >= (IsCostly ? 1 : MostStalledRounds)
        || time.GetElapsedTime(_startedAt) >= options.MaximumCopyTime
        || IsSentOnTheWay(dirtyPages)
        || IsNotWorthALongRound(dirtyPages)
        || (IsLittle(dirtyPages) && !Shrinks(dirtyPages));

    /// <summary>Waits until the bandwidth limit allows more.</summary>
    public async ValueTask PaceAsync(long bytesSent, CancellationToken cancellation)
    {
        if (options.BytesPerSecond <= 0) return;
        var due = TimeSpan.FromSeconds((double)bytesSent / options.BytesPerSecond);
        var wait = due - time.GetElapsedTime(_startedAt);
        if (wait > TimeSpan.FromMilliseconds(1)) await Task.Delay(wait, time, cancellation).ConfigureAwait(false);
    }

    /// <summary>How far it is.</summary>
    public MoveProgress Progress(SourcePhase phase, int percent, int remainingPages, long bytesSent, TimeSpan roundTrip)
    {
        var seconds = Math.Max(time.GetElapsedTime(_startedAt).TotalSeconds, 1e-6);
        return new MoveProgress(
            phase,
            Round,
            percent,
            bytesSent,
            (long)(bytesSent / seconds),
            (long)remainingPages * MovableRegion.PageBytes,
            SendingTime(remainingPages) + roundTrip * 1.5,
            _throttlePercent);
    }

    private bool IsLong => _roundTime >= LongRound;

    // Long since it is far, and not since there was much, or the machine is busy: the next one will be as well.
    private bool IsCostly => IsLong && _roundTrip >= LongWay;

    // Over a slow link a round takes so long that a guest which has waited for less is better off: it moves a second earlier.
    private bool IsLittle(int pages) =>
        pages <= FewPages
        || SendingTime(pages) <= options.DowntimeTarget
        || (IsLong && SendingTime(pages) <= LongRound);

    // Over a long way another round takes that way there and back at least, and would spare the guest no more than this.
    private bool IsSentOnTheWay(int pages) => IsLong && SendingTime(pages) <= _roundTrip * 2;

    // It would be as long, and leave more than half: the guest would move later, and hardly wait for less.
    private bool IsNotWorthALongRound(int pages) => IsCostly && !_canBeSlowedDown && !Shrinks(pages) && SendingTime(pages) <= ShortRest;

    // Each round of a guest that writes slower than can be sent is shorter than the one before, and leaves less: that costs
    // little, and what is left when it no longer gets less is what the guest waits for.
    private bool Shrinks(int pages) => pages > 1 && pages <= _roundPages / 2;

    private TimeSpan SendingTime(int pages) => _pagesPerSecond > 0 ? TimeSpan.FromSeconds(pages / _pagesPerSecond) : TimeSpan.Zero;
}
