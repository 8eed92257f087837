// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Boards;

/// <summary>
/// Owns a digital line and shares it. Every change of who drives what goes through <see cref="Update"/>, which compares what
/// the line should do with what it does and makes at most one step: so a change of hands that leaves the level as it was
/// does nothing to the pin.
/// </summary>
/// <remarks>
/// The one VM that drives a line alone does so through a <see cref="DriveGate"/>, without this lock. Edges come from the
/// driver's threads and touch only the listeners' queues: the driver may call with its own lock held.
/// </remarks>
internal sealed class GpioArbiter : IArbiter
{
    private readonly IGpioLine _line;
    private readonly Action<string> _report;
    private readonly Lock _lock = new();
    private readonly List<GpioBinding> _users = [];
    private readonly LeaseKeeper<GpioBinding> _lease = new(user => user.Mapping.LeaseMs * 1_000_000L);
    private readonly ITimer _leaseTimer;
    private volatile GpioBinding[] _listeners = [];
    private GpioBinding? _alone; // whose gate is open
    private GpioMode _mode = new(GpioDirection.Disconnected);
    private bool _isConfigured;
    private bool _level;
    private bool _hasEverChanged;
    private long _closings;

    public GpioArbiter(IGpioLine line, PeripheralCounters counters, TimeProvider time, Action<string> report)
    {
        (_line, Counters, Time, _report) = (line, counters, time, report);
        _leaseTimer = time.CreateTimer(_ => OnLeaseTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public PeripheralCounters Counters { get; }

    public TimeProvider Time { get; }

    public IBinding Bind(PortMapping mapping, PortOwner owner)
    {
        var binding = new GpioBinding(mapping, this, owner);
        lock (_lock) _users.Add(binding);
        return binding;
    }

    /// <summary>The line's level and direction now, for people.</summary>
    public (bool Level, GpioDirection Direction) Look()
    {
        lock (_lock) return (_line.Read(), _mode.Direction);
    }

    // What ports ask for, on their VM's turn.

    public void Configure(GpioBinding user, GpioMode mode)
    {
        lock (_lock)
        {
            user.Gate.ShutByUser();
            var letsGo = user.Stake == OutputStake.Open && user.AppliedMode.Direction == GpioDirection.Output;
            user.Mode = mode;
            if (mode.Direction == GpioDirection.Output && !user.MayDrive) Refuse(user);
            if (user.Stake == OutputStake.Open) Admit(user);
            UpdateQuietly(user, letsGo);
            RefreshListeners();
            if (mode.Direction == GpioDirection.Input) user.See(FindCustodian(user)?.Seen ?? _line.Read());
        }
    }

    /// <summary>The fast path: no lock, no allocation. The caller is inside of the gate.</summary>
    public void DriveThroughGate(DriveGate gate, bool level)
    {
        try
        {
            _line.Write(level);
            Counters.Changes++;
        }
        catch (PeripheralException problem)
        {
            Fail(problem);
        }
        finally
        {
            gate.Exit();
        }
    }

    public void Drive(GpioBinding user)
    {
        lock (_lock)
        {
            if (user.Stake != OutputStake.Open) return;
            Admit(user);
            UpdateQuietly(user);
        }
    }

    public bool LevelFor(GpioBinding user)
    {
        lock (_lock)
        {
            // An open output that does not pull is what the others on the line make of it.
            if (user.Stake == OutputStake.Open && user.Mode.LetsGoAt(user.Driven)) return _line.Read();
            return user == _alone || user.Stake != OutputStake.Open ? user.Driven : _level;
        }
    }

    // What the VM's life brings, on its turn.

    public void Open(GpioBinding user, bool hasAllEdges = false)
    {
        lock (_lock)
        {
            if (FindCustodian(user) is { } custodian)
            {
                custodian.HandOver(user);
                hasAllEdges = true;
            }
            user.Stake = user.MayDrive ? OutputStake.Open : OutputStake.None;
            (user.AppliedMode, user.AppliedLevel) = (user.Mode, user.Driven);
            if (user.Stake == OutputStake.Open && user.Mode.Direction == GpioDirection.Output) UseLease(user);
            Update(user);
            RefreshListeners();
            if (user.Mode.Direction == GpioDirection.Input && !hasAllEdges) user.Resync(_line.Read(), Time.NowNs());
        }
    }

    public void Close(GpioBinding user, ReleaseAction action)
    {
        lock (_lock)
        {
            user.Gate.Shut(); // another epoch's thread may be the one that closes
            TakeBack(user);
            if (user.Stake == OutputStake.Open) _lease.Release(user, Time.NowNs());
            user.BudgetTimer?.Dispose();
            user.BudgetTimer = null;
            (user.Stake, user.AppliedLevel) = After(user, action);
            user.ClosedOrder = ++_closings;
            UpdateQuietly(user, letsGo: action == ReleaseAction.Safe && user.Mapping.Safe == SafeState.Input);
            RefreshListeners();
            ScheduleLease();
        }
    }

    /// <summary>A VM that is gone leaves the line as it is, unless somebody else has a say in it.</summary>
    public void Leave(GpioBinding user)
    {
        lock (_lock)
        {
            user.Gate.Shut();
            TakeBack(user);
            user.BudgetTimer?.Dispose();
            _lease.Release(user, Time.NowNs());
            _users.Remove(user);
            RefreshListeners();
            if (_users.Exists(other => other.Stake != OutputStake.None || other.Mode.Direction == GpioDirection.Input)) UpdateQuietly(null);
        }
    }

    public void Dispose()
    {
        _leaseTimer.Dispose();
        lock (_lock)
        {
            foreach (var user in _users) user.Gate.Shut();
            _line.Watch(null);
        }
        _line.Dispose();
    }

    // From here on the lock is held.

    // The same port of the same VM, from before it moved.
    private GpioBinding? FindCustodian(GpioBinding user) => _users.Find(other =>
        other != user && other.IsInCustody && other.Mapping.Port == user.Mapping.Port && other.Owner.VirtualMachine == user.Owner.VirtualMachine);

    private static (OutputStake Stake, bool Level) After(GpioBinding user, ReleaseAction action)
    {
        if (user.Stake is OutputStake.None or OutputStake.Safe || user.AppliedMode.Direction != GpioDirection.Output)
            return (user.Stake == OutputStake.Open ? OutputStake.None : user.Stake, user.AppliedLevel);
        if (action == ReleaseAction.Hold) return (OutputStake.Held, user.AppliedLevel);
        return user.Mapping.Safe == SafeState.Input ? (OutputStake.None, user.AppliedLevel) : (OutputStake.Safe, user.Mapping.Safe == SafeState.High);
    }

    // What the port asks for becomes what the line is to do, as far as the lease and the budget allow.
    private void Admit(GpioBinding user)
    {
        user.AppliedMode = user.Mode;
        if (user.Mode.Direction == GpioDirection.Output) UseLease(user);
        var waitNs = user.Budget is { } budget && user.Driven != user.AppliedLevel ? budget.TryTake(Time.NowNs()) : 0;
        if (waitNs == 0) user.AppliedLevel = user.Driven;
        else WaitForBudget(user, waitNs);
    }

    private void UseLease(GpioBinding user)
    {
        if (user.Mapping.Access != AccessPolicy.Lease) return;
        if (!_lease.Use(user, Time.NowNs())) Counters.AddRefusal();
        ScheduleLease();
    }

    private void ScheduleLease()
    {
        var waitNs = _lease.HandsOverAtNs - Time.NowNs();
        _leaseTimer.Change(waitNs is { } ns ? TimeSpan.FromMicroseconds((Math.Max(0, ns) + 999) / 1000) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void OnLeaseTimer()
    {
        lock (_lock)
        {
            _lease.Expire(Time.NowNs());
            UpdateQuietly(null);
            ScheduleLease();
        }
    }

    private void WaitForBudget(GpioBinding user, long waitNs)
    {
        user.BudgetTimer ??= Time.CreateTimer(_ => OnBudgetTimer(user), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        user.BudgetTimer.Change(TimeSpan.FromMicroseconds((waitNs + 999) / 1000), Timeout.InfiniteTimeSpan);
    }

    private void OnBudgetTimer(GpioBinding user)
    {
        lock (_lock)
        {
            if (user.Stake != OutputStake.Open) return;
            Admit(user);
            UpdateQuietly(null);
        }
    }

    private void UpdateQuietly(GpioBinding? caller, bool letsGo = false)
    {
        try
        {
            Update(caller, letsGo);
        }
        catch (PeripheralException problem)
        {
            Fail(problem);
        }
    }

    private void Update(GpioBinding? caller, bool letsGo = false)
    {
        if (_alone is { } alone)
        {
            if (alone == caller) alone.Gate.ShutByUser();
            else alone.Gate.Shut();
            TakeBack(alone);
        }
        if (GpioPolicy.Decide(_users, _lease) is { } verdict) BecomeOutput(verdict);
        else BecomeInput(letsGo);
    }

    // What went through the gate was not written down; now that it is shut, it is.
    private void TakeBack(GpioBinding user)
    {
        if (user != _alone) return;
        (_alone, _level, user.AppliedLevel) = (null, user.Driven, user.Driven);
    }

    private void BecomeOutput(GpioVerdict verdict)
    {
        if (!_isConfigured || _mode != verdict.Mode)
        {
            _line.Watch(null);
            _line.Configure(verdict.Mode, verdict.Level);
            (_mode, _isConfigured) = (verdict.Mode, true);
            Become(verdict.Level);
        }
        else if (_level != verdict.Level)
        {
            _line.Write(verdict.Level);
            Become(verdict.Level);
        }
        if (verdict.Winner is { Stake: OutputStake.Open, Budget: null, Mapping.Access: AccessPolicy.Exclusive or AccessPolicy.Owner } winner
            && IsAlone(winner))
        {
            _alone = winner;
            winner.Gate.Open();
        }
    }

    private bool IsAlone(GpioBinding winner)
    {
        foreach (var user in _users)
        {
            if (user != winner && user.IsOpen) return false;
        }
        return true;
    }

    // The driver of a line tells of an input's edges only; those who listen to an output hear of its changes from here.
    private void Become(bool level)
    {
        if (_hasEverChanged && level == _level) return;
        (_level, _hasEverChanged) = (level, true);
        Counters.Changes++;
        foreach (var listener in _listeners) listener.Hear(new GpioEdge(level, Time.NowNs()));
    }

    // A line that nobody reads stays as it was left, until somebody who drove it lets go of it: a VM that starts anew takes
    // nothing away before its firmware asks for something.
    private void BecomeInput(bool letsGo)
    {
        var reader = _users.Find(user => user.Mode.Direction == GpioDirection.Input);
        if (reader is null && !(letsGo && _mode.Direction == GpioDirection.Output)) return;
        var mode = reader is null
            ? new GpioMode(GpioDirection.Disconnected)
            : new GpioMode(GpioDirection.Input, BiasOf());
        if (_isConfigured && mode == _mode) return;
        _line.Configure(mode, false);
        (_mode, _isConfigured, _hasEverChanged) = (mode, true, false);
        _line.Watch(mode.Direction == GpioDirection.Input ? OnLineEdge : null);
    }

    private GpioBias BiasOf()
    {
        foreach (var user in _users)
        {
            if (user.Mode is { Direction: GpioDirection.Input, Bias: not GpioBias.AsIs }) return user.Mode.Bias;
        }
        return GpioBias.AsIs;
    }

    private void RefreshListeners()
    {
        var count = 0;
        foreach (var user in _users) count += IsListener(user) ? 1 : 0;
        if (count == 0 && _listeners.Length == 0) return;
        _listeners = [.. _users.Where(IsListener)];
    }

    private static bool IsListener(GpioBinding user) => user.IsOpen && user.Mode.Direction == GpioDirection.Input;

    private void Refuse(GpioBinding user)
    {
        Counters.AddRefusal();
        _report($"VM {user.Owner.VirtualMachine}: port {user.Mapping.Port} may watch {user.Mapping.Targets[0].Role} but not drive it (access: shared)");
    }

    private void Fail(PeripheralException problem)
    {
        Counters.AddError();
        _report(problem.Message);
    }

    // On the driver's thread, maybe under its lock: no lock of ours.
    private void OnLineEdge(GpioEdge edge)
    {
        Counters.AddEdge();
        foreach (var listener in _listeners) listener.Hear(edge);
    }
}
