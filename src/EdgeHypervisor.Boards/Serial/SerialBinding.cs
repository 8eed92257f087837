// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Boards;

/// <summary>A VM's serial line on a real port.</summary>
/// <remarks>
/// What the guest sends counts as outstanding until the port has taken it, so nothing is left behind by a move. What comes
/// while the VM stands still waits for it, up to a limit.
/// </remarks>
internal sealed class SerialBinding(PortMapping mapping, SerialArbiter arbiter, PortOwner owner) : IUartPort, IBinding
{
    private const int BufferBytes = 4096;

    private readonly ByteRing _received = new(BufferBytes);
    private readonly ByteRing _toSend = new(BufferBytes);
    private readonly byte? _end = mapping.Access == AccessPolicy.Shared ? (byte)'\n' : null; // lines of several VMs do not mix
    private readonly Lock _sending = new();
    private volatile bool _isOpen;
    private Action? _readable;
    private int _isWoken;
    private bool _isSending;

    public PortMapping Mapping { get; } = mapping;

    public PortOwner Owner { get; } = owner;

    /// <inheritdoc/>
    public void Send(byte value)
    {
        if (!_isOpen) return;
        lock (_sending)
        {
            if (_toSend.Add([value]) == 0)
            {
                arbiter.Counters.AddError(); // the port is slower than the guest; a UART without flow control loses bytes too
                return;
            }
            if (_isSending) return;
            _isSending = true;
        }
        Owner.Begin();
        arbiter.SendSoon(this);
    }

    /// <inheritdoc/>
    public bool TryReceive(out byte value)
    {
        Span<byte> one = stackalloc byte[1];
        var has = _received.Take(one) == 1;
        value = one[0];
        return has;
    }

    /// <inheritdoc/>
    public void OnReadable(Action handler) => _readable = handler;

    public void Open()
    {
        _isOpen = true;
        arbiter.Use(this);
        Wake(); // something may have come meanwhile
    }

    public void Close(OutputRelease reason) => _isOpen = false;

    public void Leave()
    {
        _isOpen = false;
        arbiter.Leave(this);
    }

    /// <summary>Bytes from the port. Any thread.</summary>
    public void Receive(ReadOnlySpan<byte> data)
    {
        for (var lost = data.Length - _received.Add(data); lost > 0; lost--) arbiter.Counters.AddError();
        Wake();
    }

    /// <summary>The next bytes for the port, of a shared one at most a line, on the arbiter's thread; 0 when there are no more, and then it is done.</summary>
    public int TakeToSend(Span<byte> into)
    {
        lock (_sending)
        {
            var count = _toSend.Take(into, _end);
            if (count > 0) return count;
            _isSending = false;
        }
        Owner.End();
        Owner.Turn.Post(static () => { }); // a VM that is about to pause looks again whether it can
        return 0;
    }

    private void Wake()
    {
        if (Interlocked.Exchange(ref _isWoken, 1) == 0) Owner.Turn.Post(TellReadable);
    }

    private void TellReadable()
    {
        Volatile.Write(ref _isWoken, 0);
        _readable?.Invoke();
    }
}
