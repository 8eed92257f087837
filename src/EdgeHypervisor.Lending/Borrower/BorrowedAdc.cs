// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Boards;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Lending;

/// <summary>A VM's analogue input on another board.</summary>
internal sealed class BorrowedAdc(BorrowerLoan loan, byte index, PortMapping mapping, PortOwner owner) : BorrowedBus(loan, index, mapping, owner), IAdcPort
{
    private Action<BusStatus, long>? _completed;

    public override PortKind Kind => PortKind.Adc;

    /// <inheritdoc/>
    public void Sample(Action<BusStatus, long> completed)
    {
        if (_completed is not null) throw new InvalidOperationException("a sample is under way on this port already");
        _completed = completed;
        Submit(ItemKind.Sample, _ => { });
    }

    protected override void Deliver(BusStatus status, ReadOnlySpan<byte> data)
    {
        if (status == BusStatus.Ok && data.Length != sizeof(long)) status = BusStatus.Failed;
        var completed = _completed!;
        _completed = null;
        completed(status, status == BusStatus.Ok ? BinaryPrimitives.ReadInt64LittleEndian(data) : 0);
    }
}
