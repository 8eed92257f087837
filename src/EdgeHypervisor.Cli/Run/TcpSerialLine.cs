// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;

namespace EdgeHypervisor.Cli;

/// <summary>A serial line that anybody on this machine may connect to, one at a time; what is said to nobody is lost, as on a wire.</summary>
internal sealed class TcpSerialLine : ISerialLine
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private volatile Socket? _peer;

    private TcpSerialLine(IPEndPoint at)
    {
        _listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Bind(at);
        _listener.Listen(1);
    }

    public EndPoint EndPoint => _listener.LocalEndPoint!;

    public bool IsInteractive => false;

    public static TcpSerialLine Listen(IPEndPoint at)
    {
        try
        {
            return new TcpSerialLine(at);
        }
        catch (SocketException e)
        {
            throw new UserErrorException($"--serial: cannot listen on {at}: {e.Message}", "choose another port, or 0 for any");
        }
    }

    public void OnQuit(Action quit)
    {
    }

    public void Start(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> send, CancellationToken cancellation) =>
        _ = ServeAsync(send, cancellation);

    public void Write(ReadOnlySpan<byte> data)
    {
        if (_peer is not { } peer) return;
        try
        {
            while (!data.IsEmpty) data = data[peer.Send(data)..];
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            _peer = null;
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _peer?.Dispose();
    }

    private async Task ServeAsync(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> send, CancellationToken cancellation)
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                using var peer = await _listener.AcceptAsync(cancellation);
                peer.NoDelay = true;
                _peer = peer;
                await ReadAsync(peer, buffer, send, cancellation);
                _peer = null;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The machine has ended.
        }
    }

    private static async Task ReadAsync(
        Socket peer, byte[] buffer, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> send, CancellationToken cancellation)
    {
        try
        {
            while (await peer.ReceiveAsync(buffer.AsMemory(), cancellation) is var count and > 0)
                await send(buffer.AsMemory(0, count), cancellation);
        }
        catch (SocketException)
        {
            // This peer is gone; the next one may come.
        }
    }
}
