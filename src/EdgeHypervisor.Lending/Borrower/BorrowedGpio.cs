// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Boards;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Lending;

/// <summary>A VM's digital line on another board.</summary>
/// <remarks>
/// While a loan lasts every change of an output arrives there, once and in order, and every edge of an input here, with the
/// lender's timestamp; when more than <see cref="MostUnderWay"/> are under way, the last of the others. A loan that begins
/// anew begins with the levels as they are then.
/// </remarks>
internal sealed class BorrowedGpio(BorrowerLoan loan, byte index, PortMapping mapping, PortOwner owner) : BorrowedPort(loan, index, mapping, owner), IGpioPort
{
    /// <summary>Changes that may wait for the other end to have dealt with them.</summary>
    public const int MostUnderWay = 256;

    private readonly EdgeQueue _edges = new();
    private readonly Lock _lock = new();
    private Action<GpioEdge>? _handler;
    private GpioMode _mode = new(GpioDirection.Disconnected);
    private bool _driven;
    private int _underWay;
    private bool _waits;
    private bool _seen;
    private bool _heard; // the last level on its way to the guest, or with it
    private long _lastEdgeNs;
    private bool _isLost;
    private bool? _restored;
    private readonly Queue<bool> _early = new(); // changes of an output before the lender was there for the first time

    public override PortKind Kind => PortKind.Gpio;

    /// <inheritdoc/>
    public bool Level => _mode.Direction == GpioDirection.Output ? _driven : _seen;

    public bool IsInput => _mode.Direction == GpioDirection.Input;

    private bool BiasLevel => _mode.Bias == GpioBias.PullUp;

    /// <inheritdoc/>
    /// <remarks>What an input's level is the lender says a moment later: until then it is the one last known, or its bias.</remarks>
    public void Configure(GpioMode mode)
    {
        lock (_lock)
        {
            if (mode == _mode) return;
            var wasInput = _mode.Direction == GpioDirection.Input;
            _mode = mode;
            _early.Clear();
            if (mode.Direction == GpioDirection.Input && !wasInput) _seen = _heard = _restored ?? BiasLevel;
            _restored = null;
            SendMode();
        }
    }

    /// <inheritdoc/>
    public void Drive(bool level)
    {
        lock (_lock)
        {
            if (level == _driven) return;
            _driven = level;
            if (_mode.Direction != GpioDirection.Output) return;
            if (!Loan.IsBeginning) SendLevel(level);
            else if (_early.Count < MostUnderWay) _early.Enqueue(level);
            else _early.Clear(); // too many: the lender begins with the last
        }
    }

    /// <inheritdoc/>
    public void OnEdge(Action<GpioEdge> handler) => _handler = handler;

    /// <summary>What the VM has seen last, on the board from where it comes: its devices ask for the level before the lender can say it.</summary>
    public void Restore(bool level)
    {
        lock (_lock)
        {
            _edges.Clear();
            _seen = _heard = level;
            _restored = _mode.Direction == GpioDirection.Input ? null : level;
        }
    }

    public override void Begin()
    {
        lock (_lock)
        {
            (_underWay, _waits) = (0, false);
            var driven = _driven;
            if (_early.TryPeek(out var first)) _driven = !first; // from where the line stands, each change in its turn
            if (_mode.Direction != GpioDirection.Disconnected) SendMode();
            _driven = driven;
        }
    }

    public override void CatchUp()
    {
        lock (_lock)
        {
            while (_early.TryDequeue(out var level)) SendLevel(level);
        }
    }

    public override void Take(ref ItemReader item)
    {
        if (item.Kind != ItemKind.Level) throw Wrong(item);
        var level = item.Flag();
        var lenderNs = item.Long();
        item.End();
        lock (_lock)
        {
            if (level == _heard) return;
            _heard = level;
        }
        Hear(level, Loan.ToOurNs(lenderNs));
    }

    public override void LinkLost()
    {
        lock (_lock)
        {
            if (Mapping.OnLinkLoss != OnLinkLoss.Error || _mode.Direction != GpioDirection.Input) return;
            _isLost = true;
            if (_heard == BiasLevel) return;
            _heard = BiasLevel;
        }
        Hear(BiasLevel, Loan.NowNs);
    }

    public override void LinkBack()
    {
        lock (_lock)
        {
            if (!_isLost) return;
            _isLost = false;
            SendMode(); // the answer is the line's level
        }
    }

    private void Hear(bool level, long ourNs)
    {
        if (_edges.Add(new GpioEdge(level, ourNs)).Wake) Owner.Turn.Post(Deliver);
    }

    private void Deliver()
    {
        _edges.BeginDelivery();
        while (_edges.TryTake(out var edge))
        {
            if (edge.Level == _seen) continue;
            _seen = edge.Level;
            if (_mode.Direction == GpioDirection.Input) _handler?.Invoke(new GpioEdge(edge.Level, ToGuestNs(edge.TimestampNs)));
        }
    }

    // Never in the guest's future, never before an earlier edge.
    private long ToGuestNs(long ourNs)
    {
        var guestNowNs = Owner.Turn.Clock.NowNs;
        _lastEdgeNs = Math.Min(guestNowNs, Math.Max(_lastEdgeNs, guestNowNs - Math.Max(0, Loan.NowNs - ourNs)));
        return _lastEdgeNs;
    }

    private void SendMode()
    {
        var bytes = Item(ItemKind.Configure).Byte((byte)_mode.Direction).Byte((byte)_mode.Bias).Byte((byte)_mode.Drive).Flag(_driven).Finish();
        Loan.Send(new LinkItem(() => bytes));
    }

    private void SendLevel(bool level)
    {
        if (_underWay < MostUnderWay)
        {
            var bytes = Item(ItemKind.Drive).Flag(level).Finish();
            if (Loan.Send(new LinkItem(() => bytes, Confirmed))) _underWay++;
        }
        else if (!_waits)
        {
            _waits = Loan.Send(new LinkItem(EncodeLatest)); // whatever it is when its turn comes
        }
        else
        {
            Loan.AddLost();
        }
    }

    private void Confirmed()
    {
        lock (_lock) _underWay = Math.Max(0, _underWay - 1);
    }

    private byte[] EncodeLatest()
    {
        lock (_lock)
        {
            _waits = false;
            return Item(ItemKind.Drive).Flag(_driven).Finish();
        }
    }
}
