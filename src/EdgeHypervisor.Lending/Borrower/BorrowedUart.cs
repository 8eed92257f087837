// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Boards;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Lending;

/// <summary>A VM's serial line on another board. What the guest has not read stays at the lender, up to a window.</summary>
internal sealed class BorrowedUart(BorrowerLoan loan, byte index, PortMapping mapping, PortOwner owner) : BorrowedPort(loan, index, mapping, owner), IUartPort
{
    /// <summary>How many bytes that the guest has not read a lender may send.</summary>
    public const int WindowBytes = 4096;

    private const int ChunkBytes = 512;

    private readonly ByteRing _received = new(WindowBytes);
    private readonly ByteRing _toSend = new(WindowBytes);
    private readonly Lock _lock = new();
    private Action? _readable;
    private int _isWoken;
    private int _waiting;
    private bool _waits;
    private long _read;
    private long _readTold;

    public override PortKind Kind => PortKind.Uart;

    /// <summary>Bytes of the guest that there was no room for, as with a UART without flow control.</summary>
    public long Lost { get; private set; }

    /// <inheritdoc/>
    public void Send(byte value)
    {
        lock (_lock)
        {
            if (_toSend.Add([value]) == 0)
            {
                Lost++;
                return;
            }
            _waiting++;
            if (_waits) return;
            _waits = true;
        }
        SendMore();
    }

    /// <inheritdoc/>
    public bool TryReceive(out byte value)
    {
        Span<byte> one = stackalloc byte[1];
        var has = _received.Take(one) == 1;
        value = one[0];
        if (has && ++_read - _readTold >= WindowBytes / 4) TellRead();
        return has;
    }

    /// <inheritdoc/>
    public void OnReadable(Action handler) => _readable = handler;

    public override void Begin()
    {
        lock (_lock) (_read, _readTold, _waits) = (0, 0, _waiting > 0);
        if (_waits) SendMore();
    }

    public override void Take(ref ItemReader item)
    {
        if (item.Kind != ItemKind.Bytes) throw Wrong(item);
        var data = item.Rest();
        if (_received.Add(data) < data.Length) throw new FormatException("more bytes than there was room for");
        if (Interlocked.Exchange(ref _isWoken, 1) == 0) Owner.Turn.Post(TellReadable);
    }

    private void TellRead()
    {
        _readTold = _read;
        var bytes = Item(ItemKind.Read).Long(_read).Finish();
        Loan.Send(new LinkItem(() => bytes));
    }

    private void SendMore()
    {
        if (Loan.Send(new LinkItem(Encode))) return;
        lock (_lock) _waits = false; // it is sent when a loan begins
    }

    // As much as waits when its turn comes, and another item when that was not all.
    private byte[] Encode()
    {
        Span<byte> chunk = stackalloc byte[ChunkBytes];
        int count;
        bool more;
        lock (_lock)
        {
            count = _toSend.Take(chunk);
            _waiting -= count;
            more = _waits = _waiting > 0;
        }
        if (more) SendMore();
        return Item(ItemKind.Bytes).Raw(chunk[..count]).Finish();
    }

    private void TellReadable()
    {
        Volatile.Write(ref _isWoken, 0);
        _readable?.Invoke();
    }
}
