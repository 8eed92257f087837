// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace EdgeHypervisor.Chaos;

/// <summary>Stands between a board and the broker: holds bytes back, lets only so many through, cuts connections.</summary>
internal sealed class FaultProxy : IDisposable
{
    private const int MostPieces = 64; // 1 MiB: what a wire and its buffers hold
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(0.5);
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

    /// <summary>How long each byte is under way, in each direction.</summary>
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

    // Bytes arrive on time and wait in line, as on a long wire; only the rate makes them wait for each other.
    private async Task PumpAsync(NetworkStream from, NetworkStream to)
    {
        var wire = Channel.CreateBounded<(long DueAt, byte[] Bytes)>(MostPieces);
        var reading = ReadAsync(from, wire.Writer);
        try
        {
            var freeAt = Stopwatch.GetTimestamp();
            await foreach (var (dueAt, bytes) in wire.Reader.ReadAllAsync(_closing.Token))
            {
                var rate = BytesPerSecond;
                freeAt = Math.Max(freeAt, dueAt) + (rate > 0 ? bytes.Length * Stopwatch.Frequency / rate : 0);
                var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), freeAt);
                if (wait > ShortestWait) await Task.Delay(wait, _closing.Token);
                await to.WriteAsync(bytes, _closing.Token);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Broken.
        }
        wire.Writer.TryComplete();
        await reading;
    }

    private async Task ReadAsync(NetworkStream from, ChannelWriter<(long DueAt, byte[] Bytes)> wire)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReadAsync(buffer, _closing.Token) is var length and > 0)
                await wire.WriteAsync((Stopwatch.GetTimestamp() + (long)(Delay.TotalSeconds * Stopwatch.Frequency), buffer[..length]), _closing.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException or ChannelClosedException)
        {
            // Broken.
        }
        wire.TryComplete();
    }
}
