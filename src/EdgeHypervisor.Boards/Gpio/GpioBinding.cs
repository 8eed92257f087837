// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Boards;

/// <summary>A VM's port on a shared line. What it asks for is kept here; the arbiter makes it so when the VM may.</summary>
internal sealed class GpioBinding : IGpioPort, IBinding
{
    private readonly GpioArbiter _arbiter;
    private readonly Action _deliver; // made once: posting it costs no allocation
    private readonly EdgeQueue _edges = new();
    private Action<GpioEdge>? _handler;
    private volatile bool _isListening; // between Open and Close, and in custody
    private volatile bool _isDelivering; // between Open and Close
    private bool _seen;
    private long _lastEdgeNs;

    public GpioBinding(PortMapping mapping, GpioArbiter arbiter, PortOwner owner)
    {
        (Mapping, _arbiter, Owner, _deliver) = (mapping, arbiter, owner, Deliver);
        Budget = mapping.Budget is { } budget ? new TokenBucket(budget) : null;
    }

    public PortMapping Mapping { get; }

    public PortOwner Owner { get; }

    /// <summary>The arbiter's, under its lock, from here on.</summary>
    public OutputStake Stake { get; set; }

    /// <summary>What the port asks for.</summary>
    public GpioMode Mode { get; set; } = new(GpioDirection.Disconnected);

    /// <summary>The level the port asks for. Written on the VM's turn, read by others only when the gate is shut.</summary>
    public bool Driven { get; private set; }

    /// <summary>What the line is to do for this port: follows <see cref="Mode"/> and <see cref="Driven"/> while the VM runs.</summary>
    public GpioMode AppliedMode { get; set; }

    public bool AppliedLevel { get; set; }

    /// <summary>When the VM ceased to run, in the order of such events.</summary>
    public long ClosedOrder { get; set; }

    public DriveGate Gate { get; } = new();

    public TokenBucket? Budget { get; }

    public ITimer? BudgetTimer { get; set; }

    public bool IsOpen => _isListening;

    /// <summary>
    /// Whether its VM has gone to another board and its input stays behind: edges are kept for whoever opens the same port of
    /// the same VM next.
    /// </summary>
    public bool IsInCustody => _isListening && !_isDelivering;

    /// <summary>The level that the VM has seen last.</summary>
    public bool Seen => _seen;

    public bool MayDrive => Mapping.Access != AccessPolicy.Shared;

    /// <inheritdoc/>
    public bool Level => Mode.Direction == GpioDirection.Output ? _arbiter.LevelFor(this) : _seen;

    /// <inheritdoc/>
    public void Configure(GpioMode mode)
    {
        if (mode == Mode) return;
        _arbiter.Configure(this, mode);
    }

    /// <inheritdoc/>
    public void Drive(bool level)
    {
        if (level == Driven) return;
        Driven = level;
        if (Gate.TryEnter()) _arbiter.DriveThroughGate(Gate, level);
        else _arbiter.Drive(this);
    }

    /// <inheritdoc/>
    public void OnEdge(Action<GpioEdge> handler) => _handler = handler;

    public void Open()
    {
        var kept = IsInCustody && !_edges.IsEmpty;
        if (!kept) _edges.Clear();
        _isListening = _isDelivering = true;
        _arbiter.Open(this, hasAllEdges: kept);
        if (kept) Owner.Turn.Post(_deliver);
    }

    public void Close(OutputRelease reason)
    {
        _isDelivering = false;
        _isListening = reason == OutputRelease.Handover && Mapping.OnMove == OnMove.StayBehind && Mode.Direction == GpioDirection.Input;
        if (!_isListening) _edges.Clear();
        _arbiter.Close(this, Mapping.ActionFor(reason));
    }

    /// <summary>Passes on what was kept, and what still comes in.</summary>
    public void HandOver(GpioBinding heir)
    {
        _edges.HandOver(heir.Hear);
        _isListening = false;
    }

    public void Leave() => _arbiter.Leave(this);

    /// <summary>An edge of the line, in host time. Any thread.</summary>
    public void Hear(GpioEdge edge)
    {
        var (wake, lost) = _edges.Add(edge);
        if (lost) _arbiter.Counters.AddLostEdge();
        if (wake) Owner.Turn.Post(_deliver);
    }

    /// <summary>The line's level where the port begins to look at it: no edge, the device asks for it.</summary>
    public void See(bool level) => _seen = level;

    /// <summary>The line's level when the VM goes on: an edge, if it is another one than the device knows.</summary>
    public void Resync(bool level, long hostNs)
    {
        if (level != _seen) Hear(new GpioEdge(level, hostNs));
    }

    private void Deliver()
    {
        _edges.BeginDelivery();
        while (_isDelivering && _edges.TryTake(out var edge))
        {
            if (edge.Level == _seen) continue; // told already, by a look at the line itself
            _seen = edge.Level;
            if (Mode.Direction == GpioDirection.Input) _handler?.Invoke(new GpioEdge(edge.Level, ToGuestNs(edge.TimestampNs)));
        }
    }

    // Never in the guest's future, never before an earlier edge.
    private long ToGuestNs(long hostNs)
    {
        var guestNowNs = Owner.Turn.Clock.NowNs;
        var agoNs = Math.Max(0, _arbiter.Time.NowNs() - hostNs);
        _lastEdgeNs = Math.Min(guestNowNs, Math.Max(_lastEdgeNs, guestNowNs - agoNs));
        return _lastEdgeNs;
    }
}
