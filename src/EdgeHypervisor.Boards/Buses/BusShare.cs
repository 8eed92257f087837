// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Boards;

/// <summary>One peripheral of a bus, shared: passes requests by the budget and the lease to the bus's lane.</summary>
internal abstract class BusShare : IDisposable
{
    private readonly IPeripheral _peripheral;
    private readonly IImmediate? _immediate;
    private readonly BusLane _lane;
    private readonly Lock _lock = new();
    private readonly LeaseKeeper<BusBinding> _lease = new(user => user.Mapping.LeaseMs * 1_000_000L);
    private readonly Dictionary<BusBinding, BusRequest> _parked = [];
    private readonly ITimer _leaseTimer;

    protected BusShare(IPeripheral peripheral, BusLane lane, PeripheralCounters counters, TimeProvider time, Action<string> report)
    {
        (_peripheral, _immediate, _lane, Counters, Time, Report) = (peripheral, peripheral as IImmediate, lane, counters, time, report);
        _leaseTimer = time.CreateTimer(_ => OnLeaseTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public PeripheralCounters Counters { get; }

    public TimeProvider Time { get; }

    public Action<string> Report { get; }

    public BusLane Lane => _lane;

    public bool IsImmediate => _immediate?.IsImmediate ?? false;

    /// <summary>Sends a request on its way; the caller is on its VM's turn.</summary>
    public void Submit(BusRequest request)
    {
        var waitNs = request.Binding.Budget?.TryTake(Time.NowNs()) ?? 0;
        if (waitNs > 0) request.Binding.Delay(waitNs, () => SubmitDelayed(request));
        else PassLease(request, onTurn: true);
    }

    /// <summary>A VM ceases to run: others need not wait for the end of its lease, and what it has parked comes back undone.</summary>
    public void Release(BusBinding user)
    {
        lock (_lock)
        {
            _lease.Release(user, Time.NowNs());
            if (_parked.Remove(user, out var request)) _lane.Submit(request, onTurn: false); // which finds its VM not running
            PassParked();
        }
    }

    public void Dispose()
    {
        _leaseTimer.Dispose();
        _peripheral.Dispose();
    }

    private void SubmitDelayed(BusRequest request)
    {
        var waitNs = request.Binding.IsOpen ? request.Binding.Budget!.TryTake(Time.NowNs()) : 0;
        if (waitNs > 0) request.Binding.Delay(waitNs, () => SubmitDelayed(request));
        else PassLease(request, onTurn: false);
    }

    private void PassLease(BusRequest request, bool onTurn)
    {
        if (request.Binding.Mapping.Access == AccessPolicy.Lease && request.Binding.IsOpen)
        {
            lock (_lock)
            {
                if (!_lease.Use(request.Binding, Time.NowNs()))
                {
                    _parked.Add(request.Binding, request);
                    PassParked(); // the lease may have passed to somebody else just now
                    return;
                }
                ScheduleLease();
            }
        }
        _lane.Submit(request, onTurn);
    }

    private void OnLeaseTimer()
    {
        lock (_lock)
        {
            _lease.Expire(Time.NowNs());
            PassParked();
        }
    }

    private void PassParked()
    {
        if (_lease.Holder is { } holder && _parked.Remove(holder, out var request)) _lane.Submit(request, onTurn: false);
        ScheduleLease();
    }

    private void ScheduleLease()
    {
        var waitNs = _lease.HandsOverAtNs - Time.NowNs();
        _leaseTimer.Change(waitNs is { } ns ? TimeSpan.FromMicroseconds((Math.Max(0, ns) + 999) / 1000) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
