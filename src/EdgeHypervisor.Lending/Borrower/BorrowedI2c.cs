// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Boards;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Lending;

/// <summary>A VM's I2C bus whose targets are on another board.</summary>
internal sealed class BorrowedI2c(BorrowerLoan loan, byte index, PortMapping mapping, PortOwner owner) : BorrowedBus(loan, index, mapping, owner), II2cPort
{
    private const int MostMessages = 42; // I2C_RDWR_IOCTL_MAX_MSGS of Linux

    private IReadOnlyList<I2cMessage> _messages = [];
    private Action<BusStatus>? _completed;

    public override PortKind Kind => PortKind.I2c;

    /// <inheritdoc/>
    public void Transfer(IReadOnlyList<I2cMessage> messages, Action<BusStatus> completed)
    {
        if (messages.Count == 0 || messages.Count > MostMessages || messages.Sum(message => message.Data.Length) > LinkOptions.MaximumItemBytes - 256)
        {
            completed(messages.Count == 0 ? BusStatus.Ok : BusStatus.Unsupported);
            return;
        }
        if (_completed is not null) throw new InvalidOperationException("a transaction is under way on this port already");
        (_messages, _completed) = (messages, completed);
        Submit(ItemKind.Transfer, item =>
        {
            item.Byte((byte)messages.Count);
            foreach (var message in messages)
            {
                item.Short(message.Address).Flag(message.IsRead).Short(message.Data.Length);
                if (!message.IsRead) item.Raw(message.Data.Span);
            }
        });
    }

    protected override void Deliver(BusStatus status, ReadOnlySpan<byte> data)
    {
        var expected = _messages.Where(message => message.IsRead).Sum(message => message.Data.Length);
        if (status == BusStatus.Ok && data.Length != expected) status = BusStatus.Failed; // a lender that cannot count is not believed
        if (status == BusStatus.Ok)
        {
            foreach (var message in _messages.Where(message => message.IsRead))
            {
                data[..message.Data.Length].CopyTo(message.Data.Span);
                data = data[message.Data.Length..];
            }
        }
        var completed = _completed!;
        (_completed, _messages) = (null, []);
        completed(status);
    }
}
