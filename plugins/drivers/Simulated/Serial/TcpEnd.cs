// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>A TCP port on the loopback interface; who connects is the other end, until the next one connects.</summary>
internal sealed class TcpEnd : ISerialEnd
{
    private const int SendTimeoutMs = 1000;

    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _closed = new();
    private Socket? _peer;
    private int _connections;

    public TcpEnd(SimulatedSerialSettings settings)
    {
        _listener = new TcpListener(IPAddress.Loopback, settings.TcpPort);
        try
        {
            _listener.Start(backlog: 1);
        }
        catch (SocketException problem)
        {
            throw new PeripheralException($"{settings.Owner}: cannot listen at TCP port {settings.TcpPort}: {problem.Message}", problem);
        }
        _ = AcceptAsync();
    }

    public SerialReceiver? Received { get; set; }

    public int Connections => Volatile.Read(ref _connections);

    public string Place => $"tcp:{_listener.LocalEndpoint}";

    public void Write(ReadOnlySpan<byte> data)
    {
        if (Volatile.Read(ref _peer) is not { } peer) return;
        try
        {
            while (!data.IsEmpty) data = data[peer.Send(data)..];
        }
        catch (Exception problem) when (problem is SocketException or ObjectDisposedException)
        {
            Drop(peer);
        }
    }

    public void Dispose()
    {
        _closed.Cancel();
        _listener.Dispose();
        Interlocked.Exchange(ref _peer, null)?.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var peer = await _listener.AcceptSocketAsync(_closed.Token).ConfigureAwait(false);
                (peer.NoDelay, peer.SendTimeout) = (true, SendTimeoutMs);
                Interlocked.Exchange(ref _peer, peer)?.Dispose();
                Interlocked.Increment(ref _connections);
                _ = ReceiveAsync(peer);
            }
        }
        catch (Exception problem) when (problem is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The port is closed.
        }
    }

    private async Task ReceiveAsync(Socket peer)
    {
        var buffer = new byte[1024];
        try
        {
            while (await peer.ReceiveAsync(buffer, _closed.Token).ConfigureAwait(false) is > 0 and var length)
                Received?.Invoke(buffer.AsSpan(0, length));
        }
        catch (Exception problem) when (problem is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The other end is gone, as a cable is pulled.
        }
        Drop(peer);
    }

    private void Drop(Socket peer)
    {
        Interlocked.CompareExchange(ref _peer, null, peer);
        peer.Dispose();
    }
}
