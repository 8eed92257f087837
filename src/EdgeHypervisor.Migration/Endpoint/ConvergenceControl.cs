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

    private readonly long _startedAt = time.GetTimestamp();
    private long _roundStartedAt;
    private int _roundPages;
    private TimeSpan _roundTime, _roundTrip;
    private double _pagesPerSecond;
    private int _throttlePercent;
    private int _stalledRounds;

    /// <summary>Rounds completed.</summary>
    public int Round { get; private set; }

    /// <summary>A round of so many pages begins.</summary>
    public void BeginRound(int pages) => (_roundStartedAt, _roundPages) = (time.GetTimestamp(), pages);

    /// <summary>It has been sent, and heard of; the way there and back takes so long.</summary>
    public void EndRound(TimeSpan roundTrip)
    {
        Round++;
        _roundTrip = roundTrip;
        _roundTime = time.GetElapsedTime(_roundStartedAt);
        var sending = _roundTime - roundTrip;
        if (sending > TimeSpan.Zero && _roundPages > 0) _pagesPerSecond = _roundPages / sending.TotalSeconds;
    }

    /// <summary>How much to slow the guest down from now on; null: no change.</summary>
    public int? ThrottleFor(int dirtyPages)
    {
        // It wrote nearly as much as was sent meanwhile: another round like this one leads nowhere. Where rounds take long it is
        // slowed down at once, and as far as may be: finding out how far would take a round each.
        var isLong = _roundTime >= LongRound;
        var isStalled = isLong ? !Shrinks(dirtyPages) : Round >= 2 && dirtyPages >= _roundPages * 3 / 4;
        if (isStalled && _throttlePercent < options.MaximumThrottlePercent)
            return _throttlePercent = isLong ? options.MaximumThrottlePercent : Math.Min(_throttlePercent + ThrottleStepPercent, options.MaximumThrottlePercent);
        _stalledRounds = isStalled ? _stalledRounds + 1 : 0;
        return null;
    }

    /// <summary>Whether to freeze the VM now. Slowed down as far as may be, and still no less to send: waiting only makes it longer.</summary>
    public bool HasConverged(int dirtyPages) =>
        dirtyPages == 0
        || Round >= options.MaximumRounds
        || _stalledRounds >= MostStalledRounds
        || time.GetElapsedTime(_startedAt) >= options.MaximumCopyTime
        || IsSentOnTheWay(dirtyPages)
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

    // Over a slow link a round takes so long that a guest which has waited for less is better off: it moves a second earlier.
    private bool IsLittle(int pages) =>
        pages <= FewPages
        || SendingTime(pages) <= options.DowntimeTarget
        || (_roundTime >= LongRound && SendingTime(pages) <= LongRound);

    // Over a long way another round takes that way there and back at least, and would spare the guest no more than this.
    private bool IsSentOnTheWay(int pages) => _roundTime >= LongRound && SendingTime(pages) <= _roundTrip * 2;

    // Each round of a guest that writes slower than can be sent is shorter than the one before, and leaves less: that costs
    // little, and what is left when it no longer gets less is what the guest waits for.
    private bool Shrinks(int pages) => pages > 1 && pages <= _roundPages / 2;

    private TimeSpan SendingTime(int pages) => _pagesPerSecond > 0 ? TimeSpan.FromSeconds(pages / _pagesPerSecond) : TimeSpan.Zero;
}
