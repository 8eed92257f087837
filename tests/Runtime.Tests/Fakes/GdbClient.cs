// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EdgeHypervisor.Runtime.Tests;

/// <summary>A debugger as the server sees one: sends packets, checks acknowledgement and checksum of the answers.</summary>
internal sealed class GdbClient : IDisposable
{
    private readonly TcpClient _tcp = new() { NoDelay = true };
    private NetworkStream _stream = null!;

    public static async Task<GdbClient> ConnectAsync(IPEndPoint endPoint)
    {
        var client = new GdbClient();
        await client._tcp.ConnectAsync(endPoint);
        client._stream = client._tcp.GetStream();
        return client;
    }

    public async Task<string> AskAsync(string packet)
    {
        await SendAsync(packet);
        return await ReadAsync();
    }

    public async Task SendAsync(string packet)
    {
        var sum = (byte)Encoding.Latin1.GetBytes(packet).Sum(value => value);
        await SendRawAsync($"${packet}#{sum:x2}");
        Assert.Equal('+', await ByteAsync());
    }

    public Task SendRawAsync(string text) => _stream.WriteAsync(Encoding.Latin1.GetBytes(text)).AsTask();

    public async Task<string> ReadAsync()
    {
        Assert.Equal('$', await ByteAsync());
        var body = new StringBuilder();
        var sum = 0;
        for (var c = await ByteAsync(); c != '#'; c = await ByteAsync())
        {
            sum += c;
            body.Append(c);
        }
        var checksum = $"{await ByteAsync()}{await ByteAsync()}";
        Assert.Equal(((byte)sum).ToString("x2", null), checksum);
        await SendRawAsync("+");
        return body.ToString();
    }

    public async Task<bool> IsClosedAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        try
        {
            return await _stream.ReadAsync(new byte[1], patience.Token) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    public void Dispose() => _tcp.Dispose();

    private async Task<char> ByteAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        var one = new byte[1];
        await _stream.ReadExactlyAsync(one, patience.Token);
        return (char)one[0];
    }
}
