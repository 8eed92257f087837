// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;

namespace EdgeHypervisor.Chaos;

/// <summary>Stands between a board and the broker: holds bytes back, lets only so many through, cuts connections.</summary>
internal sealed class FaultProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _brokerPort;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _lock = new();
    private readonly HashSet<TcpClient> _connections = [];

    public FaultProxy(int brokerPort)
    {
        _brokerPort = brokerPort;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How long each piece is held back, in each direction.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Bytes a second that are let through in each direction; 0: all.</summary>
    public int BytesPerSecond { get; set; }

    /// <summary>Breaks every connection; new ones are let through.</summary>
    public void Cut()
    {
        TcpClient[] all;
        lock (_lock) all = [.. _connections];
        foreach (var connection in all) connection.Close();
    }

    public void Dispose()
    {
        _closing.Cancel();
        _listener.Stop();
        Cut();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync(_closing.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private async Task ServeAsync(TcpClient board)
    {
        using var broker = new TcpClient();
        lock (_lock) _connections.UnionWith([board, broker]);
        try
        {
            (board.NoDelay, broker.NoDelay) = (true, true);
            await broker.ConnectAsync(IPAddress.Loopback, _brokerPort, _closing.Token);
            await Task.WhenAny(PumpAsync(board.GetStream(), broker.GetStream()), PumpAsync(broker.GetStream(), board.GetStream()));
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // Broken, as it may be: both ends find out.
        }
        lock (_lock) _connections.ExceptWith([board, broker]);
        board.Dispose();
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReadAsync(buffer, _closing.Token) is var length and > 0)
            {
                var hold = Delay + (BytesPerSecond > 0 ? TimeSpan.FromSeconds((double)length / BytesPerSecond) : TimeSpan.Zero);
                if (hold > TimeSpan.Zero) await Task.Delay(hold, _closing.Token);
                await to.WriteAsync(buffer.AsMemory(0, length), _closing.Token);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Broken.
        }
    }
}
