// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>
/// A VM's time. In host mode it follows the host's monotonic clock while the VM runs and stands still otherwise; in
/// deterministic mode it counts instructions, exact even in the middle of a slice.
/// </summary>
internal sealed class GuestClock(ClockSettings settings, HostTime host, IFaultSink faults, Action deadlineMovedForward) : IGuestClock
{
    // More than a century: a saved state that claims so much is wrong, and sums of two such values do not overflow.
    private const long MaximumNs = 1L << 62;

    private const long MaximumBehindNs = 100_000_000;

    private static readonly ComponentInfo Runtime = new("runtime", "runtime", "");

    private readonly DeadlineHeap<GuestTimer> _timers = new();
    private List<GuestTimer>? _firing; // none before the first is due
    private int _timerCount;
    private long _baseNs;         // guest time at _originNs (host), or counted so far (deterministic)
    private long _originNs;       // host time at which the clock began to run
    private long? _frozenUtcNs;   // wall clock when it last stood still, for catching up
    private ICore? _core;         // the core in a slice, deterministic mode
    private long _retiredAtStart;
    private long _sliceEndNs = long.MinValue; // no slice that could be cut short

    /// <summary>How it goes.</summary>
    public ClockSettings Settings { get; } = settings;

    /// <summary>Whether it moves.</summary>
    public bool IsRunning { get; private set; }

    /// <inheritdoc/>
    public long NowNs => Settings.Mode == ClockMode.Deterministic
        ? _baseNs + SliceNs
        : IsRunning ? _baseNs + (host.NowNs - _originNs) : _baseNs;

    /// <summary>The next deadline, or null when no timer is set.</summary>
    public long? NextDeadlineNs => _timers.First?.Deadline;

    private bool IsDeterministic => Settings.Mode == ClockMode.Deterministic;

    private long SliceNs => _core is null ? 0 : (_core.InstructionsRetired - _retiredAtStart) * Settings.InstructionNs;

    /// <inheritdoc/>
    public IGuestTimer CreateTimer(Action due) => CreateTimer(Runtime, due);

    /// <summary>A timer of a component.</summary>
    public IGuestTimer CreateTimer(ComponentInfo owner, Action due) => new GuestTimer(this, owner, due, _timerCount++);

    /// <summary>Sets a timer; when that is earlier than the end of the running slice, the slice ends early.</summary>
    public void SetTimer(GuestTimer timer, long deadlineNs)
    {
        _firing?.Remove(timer);
        _timers.Set(timer, deadlineNs);
        if (deadlineNs < _sliceEndNs) deadlineMovedForward();
    }

    /// <summary>Forgets a timer.</summary>
    public void CancelTimer(GuestTimer timer)
    {
        _timers.Remove(timer);
        _firing?.Remove(timer);
    }

    /// <summary>The VM goes on.</summary>
    public void Run()
    {
        if (IsRunning) return;
        if (Settings is { Mode: ClockMode.Host, LostTime: LostTime.CatchUp } && _frozenUtcNs is { } frozen)
            _baseNs = Math.Min(MaximumNs, _baseNs + Math.Clamp(host.UtcNs - frozen, 0, MaximumNs));
        _originNs = host.NowNs - (IsDeterministic ? _baseNs : 0);
        _frozenUtcNs = null;
        IsRunning = true;
    }

    /// <summary>The VM stands still, and its time with it.</summary>
    public void Freeze()
    {
        if (!IsRunning) return;
        _baseNs = NowNs;
        _frozenUtcNs = host.UtcNs;
        IsRunning = false;
    }

    /// <summary>Calls the timers that are due. One that sets itself again for the past waits for the next turn.</summary>
    public void FireDue()
    {
        var nowNs = NowNs;
        if (_timers.First is { } first && first.Deadline <= nowNs) FireUntil(nowNs);
    }

    private void FireUntil(long nowNs)
    {
        _firing ??= [];
        while (_timers.First is { } timer && timer.Deadline <= nowNs)
        {
            _timers.Remove(timer);
            _firing.Add(timer);
        }
        while (_firing.Count > 0)
        {
            var timer = _firing[0];
            _firing.RemoveAt(0);
            Fire(timer);
        }
    }

    /// <summary>Instructions until the next deadline, at least 1; in host mode by an estimate.</summary>
    public long InstructionsUntilDeadline(double nsPerInstruction)
    {
        if (NextDeadlineNs is not { } deadlineNs) return long.MaxValue;
        var leftNs = deadlineNs - NowNs;
        if (leftNs <= 0) return 1;
        return IsDeterministic
            ? (leftNs + Settings.InstructionNs - 1) / Settings.InstructionNs
            : Math.Max(1, (long)Math.Min(leftNs / nsPerInstruction, long.MaxValue / 2));
    }

    /// <summary>A slice of a core begins, to last until the next deadline at most.</summary>
    public void BeginSlice(ICore core)
    {
        _core = core;
        _retiredAtStart = core.InstructionsRetired;
        _sliceEndNs = NextDeadlineNs ?? long.MaxValue;
    }

    /// <summary>The slice is over; what it retired counts from now on.</summary>
    /// <returns>Instructions retired.</returns>
    public long EndSlice()
    {
        if (_core is null) return 0;
        var retired = Math.Max(0, _core.InstructionsRetired - _retiredAtStart);
        if (IsDeterministic) _baseNs += retired * Settings.InstructionNs;
        _core = null;
        _sliceEndNs = long.MinValue;
        return retired;
    }

    /// <summary>
    /// All cores wait: a clock that is not bound to real time goes on to the next deadline at once. False when there is
    /// none, or when real time has to pass first.
    /// </summary>
    public bool TrySkipToDeadline()
    {
        if (!IsDeterministic || NextDeadlineNs is not { } deadlineNs) return false;
        if (Settings.Paced) FollowHost();
        else _baseNs = Math.Max(_baseNs, deadlineNs);
        return _baseNs >= deadlineNs;
    }

    /// <summary>All cores wait: a paced clock goes along with real time, but not past the next deadline.</summary>
    public void FollowHost()
    {
        if (!IsDeterministic || !Settings.Paced || !IsRunning) return;
        _baseNs = Math.Max(_baseNs, Math.Min(host.NowNs - _originNs, NextDeadlineNs ?? long.MaxValue));
    }

    /// <summary>The host's time at which the guest's will be, or was, <paramref name="guestNs"/>.</summary>
    public long ToHostNs(long guestNs)
    {
        var aheadNs = guestNs - (IsDeterministic ? 0 : _baseNs);
        return aheadNs > long.MaxValue - _originNs ? long.MaxValue : _originNs + aheadNs;
    }

    /// <summary>How far the time of a guest that has something to do is ahead of real time, where it is paced; else zero.</summary>
    public long AheadNs()
    {
        if (!IsDeterministic || !Settings.Paced) return 0;
        var aheadNs = ToHostNs(_baseNs) - host.NowNs;
        // A host that was too slow must not be followed by a burst that makes up for it.
        if (aheadNs < -MaximumBehindNs) _originNs = host.NowNs - _baseNs;
        return Math.Max(0, aheadNs);
    }

    /// <summary>Forgets all deadlines: before a state is taken over, whose owners set their timers anew.</summary>
    public void ClearTimers()
    {
        while (_timers.First is { } timer) _timers.Remove(timer);
        _firing?.Clear();
    }

    /// <summary>Writes the time; the VM is not running.</summary>
    public void Save(IStateWriter state)
    {
        state.Write("nowNs", (ulong)NowNs);
        state.Write("mode", Quantity.ToKebabCase(Settings.Mode.ToString()));
        state.Write("frozenUtcNs", _frozenUtcNs ?? host.UtcNs);
    }

    /// <summary>Takes over a time; the VM is not running, and its timers are set by their owners.</summary>
    public void Restore(IStateReader state)
    {
        _baseNs = (long)state.ReadUInt64("nowNs", maximum: MaximumNs);
        var frozenUtcNs = state.ReadInt64("frozenUtcNs", fallback: host.UtcNs);
        _frozenUtcNs = Math.Clamp(frozenUtcNs, 0, MaximumNs);
    }

    private void Fire(GuestTimer timer)
    {
        try
        {
            timer.Due();
        }
        catch (Exception exception)
        {
            faults.Report(timer.Owner, exception);
        }
    }
}
