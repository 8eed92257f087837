// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Lending;

/// <summary>A digital line that is lent.</summary>
internal sealed class LentGpio : LentPort
{
    private const int MostUnderWay = 256;

    private readonly IGpioPort _port;
    private int _underWay;
    private bool _waits;
    private GpioEdge _latest;

    public LentGpio(LenderLoan loan, byte index, IGpioPort port)
        : base(loan, index)
    {
        _port = port;
        port.OnEdge(Tell);
    }

    public override void Take(ref ItemReader item)
    {
        switch (item.Kind)
        {
            case ItemKind.Configure:
                Configure(new GpioMode(item.Choice<GpioDirection>(), item.Choice<GpioBias>(), item.Choice<GpioDrive>()), item.Flag());
                break;
            case ItemKind.Drive:
                _port.Drive(item.Flag());
                break;
            default:
                throw Wrong(item);
        }
        item.End();
    }

    // The level first, so that an output comes up with it; and the borrower has to know where an input stands.
    private void Configure(GpioMode mode, bool level)
    {
        _port.Drive(level);
        _port.Configure(mode);
        if (mode.Direction == GpioDirection.Input) Tell(new GpioEdge(_port.Level, Loan.NowNs));
    }

    private void Tell(GpioEdge edge)
    {
        _latest = edge;
        if (_underWay < MostUnderWay)
        {
            _underWay++;
            Loan.Send(new LinkItem(() => Encode(edge), () => _underWay--));
        }
        else if (!_waits)
        {
            _waits = true;
            Loan.Send(new LinkItem(EncodeLatest));
        }
        else
        {
            Loan.AddLostEdge();
        }
    }

    private byte[] EncodeLatest()
    {
        _waits = false;
        return Encode(_latest);
    }

    private byte[] Encode(GpioEdge edge) => Item(ItemKind.Level).Flag(edge.Level).Long(edge.TimestampNs).Finish();
}
