// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Boards;

/// <summary>Owns a PWM channel and shares it: by priority or lease among the VMs that run, else what one left behind.</summary>
internal sealed class PwmArbiter : IArbiter
{
    private readonly IPwmChannel _channel;
    private readonly PeripheralCounters _counters;
    private readonly TimeProvider _time;
    private readonly Action<string> _report;
    private readonly Lock _lock = new();
    private readonly List<PwmBinding> _users = [];
    private readonly LeaseKeeper<PwmBinding> _lease = new(user => user.Mapping.LeaseMs * 1_000_000L);
    private readonly ITimer _leaseTimer;
    private PwmSetting? _setting;
    private long _closings;

    public PwmArbiter(IPwmChannel channel, PeripheralCounters counters, TimeProvider time, Action<string> report)
    {
        (_channel, _counters, _time, _report) = (channel, counters, time, report);
        _leaseTimer = time.CreateTimer(_ => OnLeaseTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What the channel does now; null before anybody has set it.</summary>
    public PwmSetting? Setting
    {
        get { lock (_lock) return _setting; }
    }

    public IBinding Bind(PortMapping mapping, PortOwner owner)
    {
        var binding = new PwmBinding(mapping, this, owner);
        lock (_lock) _users.Add(binding);
        return binding;
    }

    public void Set(PwmBinding user, PwmSetting setting)
    {
        lock (_lock)
        {
            user.Asked = setting;
            if (user.Stake != OutputStake.Open) return;
            user.Applied = setting;
            UseLease(user);
            Update();
        }
    }

    public void Open(PwmBinding user)
    {
        lock (_lock)
        {
            (user.Stake, user.Applied) = (OutputStake.Open, user.Asked);
            if (user.Asked is not null) UseLease(user);
            Update();
        }
    }

    public void Close(PwmBinding user, ReleaseAction action)
    {
        lock (_lock)
        {
            if (user.Stake == OutputStake.Open) _lease.Release(user, _time.NowNs());
            if (user.Applied is null) user.Stake = OutputStake.None;
            else if (user.Stake is OutputStake.Open or OutputStake.Held) user.Stake = action == ReleaseAction.Hold ? OutputStake.Held : OutputStake.Safe;
            if (user.Stake == OutputStake.Safe) user.Applied = PwmSetting.Off;
            user.ClosedOrder = ++_closings;
            Update();
            ScheduleLease();
        }
    }

    /// <summary>A VM that is gone leaves the channel as it is, unless somebody else has a say in it.</summary>
    public void Leave(PwmBinding user)
    {
        lock (_lock)
        {
            _lease.Release(user, _time.NowNs());
            _users.Remove(user);
            Update();
        }
    }

    public void Dispose()
    {
        _leaseTimer.Dispose();
        _channel.Dispose();
    }

    // From here on the lock is held.

    private void UseLease(PwmBinding user)
    {
        if (user.Mapping.Access != AccessPolicy.Lease) return;
        if (!_lease.Use(user, _time.NowNs())) _counters.AddRefusal();
        ScheduleLease();
    }

    private void ScheduleLease()
    {
        var waitNs = _lease.HandsOverAtNs - _time.NowNs();
        _leaseTimer.Change(waitNs is { } ns ? TimeSpan.FromMicroseconds((Math.Max(0, ns) + 999) / 1000) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void OnLeaseTimer()
    {
        lock (_lock)
        {
            _lease.Expire(_time.NowNs());
            Update();
            ScheduleLease();
        }
    }

    private void Update()
    {
        var winner = _users.Where(user => user.Stake != OutputStake.None && user.Applied is not null)
            .OrderByDescending(user => user.Stake)
            .ThenByDescending(Rank)
            .FirstOrDefault();
        if (winner?.Applied is not { } setting || setting == _setting) return;
        try
        {
            _channel.Set(setting);
            _setting = setting;
            _counters.Changes++;
        }
        catch (PeripheralException problem)
        {
            _counters.AddError();
            _report(problem.Message);
        }
    }

    private long Rank(PwmBinding user) => user.Stake != OutputStake.Open ? user.ClosedOrder
        : user.Mapping.Access == AccessPolicy.Priority ? user.Mapping.Priority
        : user == _lease.Holder ? 1 : 0;
}
