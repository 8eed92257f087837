// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Boards;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Lending;

/// <summary>A VM's chip select on another board.</summary>
internal sealed class BorrowedSpi(BorrowerLoan loan, byte index, PortMapping mapping, PortOwner owner) : BorrowedBus(loan, index, mapping, owner), ISpiPort
{
    private Memory<byte> _data;
    private Action<BusStatus>? _completed;
    private bool _isSelected;
    private volatile bool _wasCut;

    public override PortKind Kind => PortKind.Spi;

    /// <inheritdoc/>
    public void Transfer(Memory<byte> data, SpiSettings settings, bool keepSelected, Action<BusStatus> completed)
    {
        if (data.Length > LinkOptions.MaximumItemBytes - 256)
        {
            completed(BusStatus.Unsupported);
            return;
        }
        if (_wasCut && _isSelected) // in the middle of a transaction: the rest of it would be taken for a new one
        {
            completed(BusStatus.Unavailable);
            return;
        }
        if (_completed is not null) throw new InvalidOperationException("a transfer is under way on this port already");
        (_wasCut, _isSelected) = (false, keepSelected);
        (_data, _completed) = (data, completed);
        Submit(ItemKind.Exchange, item => item
            .Flag(settings.ClockPolarity).Flag(settings.ClockPhase).Flag(settings.LeastSignificantBitFirst)
            .Byte(settings.BitsPerWord).Word(settings.ClockHz).Flag(keepSelected).Raw(data.Span));
    }

    /// <inheritdoc/>
    public void Deselect()
    {
        if (!_isSelected) return;
        (_isSelected, _wasCut) = (false, false);
        var bytes = Item(ItemKind.Deselect).Finish();
        Loan.Send(new LinkItem(() => bytes));
    }

    public override void LinkLost()
    {
        _wasCut = true;
        base.LinkLost();
    }

    protected override void Deliver(BusStatus status, ReadOnlySpan<byte> data)
    {
        if (status == BusStatus.Ok && data.Length != _data.Length) status = BusStatus.Failed;
        if (status == BusStatus.Ok) data.CopyTo(_data.Span);
        var completed = _completed!;
        (_completed, _data) = (null, default);
        completed(status);
    }
}
