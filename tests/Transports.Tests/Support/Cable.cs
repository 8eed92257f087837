// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;

namespace EdgeHypervisor.Transports.Tests;

/// <summary>A TCP relay to a broker's port, which a test can cut and mend.</summary>
internal sealed class Cable : IDisposable
{
    private readonly int _target;
    private readonly Lock _lock = new();
    private readonly List<Socket> _open = [];
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private bool _isCut;

    public Cable(int target)
    {
        _target = target;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync();
    }

    public int Port { get; }

    public void Cut()
    {
        lock (_lock)
        {
            _isCut = true;
            CloseAll();
        }
    }

    public void Mend()
    {
        lock (_lock) _isCut = false;
    }

    public void Dispose()
    {
        _listener.Dispose();
        lock (_lock) CloseAll();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = RelayAsync(await _listener.AcceptSocketAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task RelayAsync(Socket client)
    {
        var broker = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        if (!TryKeep(client, broker)) return;
        try
        {
            await broker.ConnectAsync(IPAddress.Loopback, _target);
            await Task.WhenAny(CopyAsync(client, broker), CopyAsync(broker, client));
        }
        catch (SocketException)
        {
            // The broker is away: so is the connection to it.
        }
        client.Dispose();
        broker.Dispose();
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        try
        {
            using var source = new NetworkStream(from);
            using var target = new NetworkStream(to);
            await source.CopyToAsync(target);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // One of the two ends hung up.
        }
    }

    private bool TryKeep(params Socket[] sockets)
    {
        lock (_lock)
        {
            _open.AddRange(sockets);
            if (!_isCut) return true;
            CloseAll();
            return false;
        }
    }

    private void CloseAll()
    {
        foreach (var socket in _open) socket.Close(0);
        _open.Clear();
    }
}
