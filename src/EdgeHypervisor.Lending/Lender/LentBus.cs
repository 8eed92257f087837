// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Lending;

/// <summary>A lent peripheral that is used in transactions, one at a time.</summary>
internal abstract class LentBus(LenderLoan loan, byte index) : LentPort(loan, index)
{
    private const int MostUnconfirmed = 256; // a guest waits for one at a time

    private int _unconfirmed;
    private bool _isBusy;

    public override void Take(ref ItemReader item)
    {
        var number = item.Word();
        var notAfterNs = item.Long();
        if (notAfterNs != 0 && Loan.NowNs > notAfterNs) Complete(number, BusStatus.TimedOut, []); // its guest has been told so
        else if (_isBusy) Complete(number, BusStatus.Failed, []); // of one that its guest has given up
        else
        {
            _isBusy = true;
            Perform(ref item, (status, data) =>
            {
                _isBusy = false;
                Complete(number, status, data);
            });
        }
    }

    /// <summary>Does it; <paramref name="completed"/> is called on the loan's turn, at once or later.</summary>
    protected abstract void Perform(ref ItemReader item, Action<BusStatus, byte[]> completed);

    private void Complete(uint number, BusStatus status, byte[] data)
    {
        var bytes = Item(ItemKind.Completed).Word(number).Byte((byte)status).Raw(data).Finish();
        if (++_unconfirmed > MostUnconfirmed) Loan.End("it confirms no answers", OutputRelease.Fault);
        else Loan.Send(new LinkItem(() => bytes, () => _unconfirmed--));
    }
}
