// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Boards;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Lending;

/// <summary>A borrowed port that is used in transactions: one at a time, and each ends, with the link or without.</summary>
/// <remarks>
/// A transaction that ended well was performed once. One that ended otherwise was performed once or not at all; it is not
/// begun any more when its time was up (<see cref="LendingOptions.Patience"/>, in the lender's clock), and not sent again
/// after the guest was told. One that begins while the loan does, as just after a move, waits for the lender.
/// </remarks>
internal abstract class BorrowedBus(BorrowerLoan loan, byte index, PortMapping mapping, PortOwner owner) : BorrowedPort(loan, index, mapping, owner)
{
    private readonly Lock _lock = new();
    private LinkItem? _underWay;
    private uint _number;
    private long _deadlineNs;
    private bool _isHeld; // not sent yet

    public override void Begin()
    {
        lock (_lock)
        {
            if (_isHeld) return;
        }
        LinkLost(); // what was under way went to a loan that is over
    }

    public override void CatchUp()
    {
        LinkItem item;
        lock (_lock)
        {
            if (!_isHeld || _underWay is null) return;
            (item, _isHeld) = (_underWay, false);
        }
        Loan.Send(item);
    }

    public override void LinkLost() => End(null, BusStatus.Unavailable, []);

    public override void Tick(long nowNs)
    {
        lock (_lock)
        {
            if (_underWay is null || nowNs < _deadlineNs) return;
        }
        End(null, BusStatus.TimedOut, []);
    }

    public override void Take(ref ItemReader item)
    {
        if (item.Kind != ItemKind.Completed) throw Wrong(item);
        var number = item.Word();
        var status = item.Choice<BusStatus>();
        End(number, status, item.Rest().ToArray());
    }

    /// <summary>Sends a transaction off; the caller is on the VM's turn.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="write">Writes what the kind wants behind the transaction's number and time.</param>
    protected void Submit(ItemKind kind, Action<ItemWriter> write)
    {
        var isHeld = Loan.IsWorthWaitingFor;
        if (!isHeld && !Loan.IsUp)
        {
            Deliver(BusStatus.Unavailable, []);
            return;
        }
        LinkItem item;
        lock (_lock)
        {
            if (_underWay is not null) throw new InvalidOperationException("a transaction is under way on this port already");
            var writer = Item(kind).Word(++_number).Long(Loan.NotAfterNs());
            write(writer);
            var bytes = writer.Finish();
            _underWay = item = new LinkItem(() => bytes);
            _deadlineNs = Loan.DeadlineNs();
            _isHeld = isHeld;
        }
        Owner.Begin();
        if (isHeld)
        {
            if (Loan.HasBegun) CatchUp(); // meanwhile
            return;
        }
        Loan.Send(item);
        if (!Loan.IsUp) LinkLost(); // it went down before the item was there to be ended
    }

    /// <summary>Tells the device, on the VM's turn.</summary>
    protected abstract void Deliver(BusStatus status, ReadOnlySpan<byte> data);

    private void End(uint? number, BusStatus status, byte[] data)
    {
        lock (_lock)
        {
            if (_underWay is null || (number is not null && number != _number)) return; // too late: the guest was told
            if (number is null) _underWay.Withdraw();
            (_underWay, _isHeld) = (null, false);
        }
        Owner.Turn.Post(() =>
        {
            Owner.End();
            Deliver(status, data);
        });
    }
}
