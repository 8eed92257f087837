// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Lending;

/// <summary>A serial line that is lent: no more is on its way than the guest has room for, the rest waits at the port.</summary>
internal sealed class LentUart : LentPort
{
    private const int ChunkBytes = 512;

    private readonly IUartPort _port;
    private long _sent;
    private long _read;

    public LentUart(LenderLoan loan, byte index, IUartPort port)
        : base(loan, index)
    {
        _port = port;
        port.OnReadable(SendReceived);
    }

    public override void Take(ref ItemReader item)
    {
        switch (item.Kind)
        {
            case ItemKind.Bytes:
                foreach (var value in item.Rest()) _port.Send(value);
                break;
            case ItemKind.Read:
                var read = item.Long();
                item.End();
                if (read < _read || read > _sent) throw new FormatException($"{read} bytes read of {_sent} sent");
                _read = read;
                SendReceived();
                break;
            default:
                throw Wrong(item);
        }
    }

    private void SendReceived()
    {
        var chunk = new byte[ChunkBytes];
        while (true)
        {
            var count = 0;
            var room = Math.Min(ChunkBytes, BorrowedUart.WindowBytes - (_sent - _read));
            while (count < room && _port.TryReceive(out var value)) chunk[count++] = value;
            if (count == 0) return;
            _sent += count;
            var bytes = Item(ItemKind.Bytes).Raw(chunk.AsSpan(0, count)).Finish();
            Loan.Send(new LinkItem(() => bytes));
        }
    }
}
