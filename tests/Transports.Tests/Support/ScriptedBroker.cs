// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;

namespace EdgeHypervisor.Transports.Tests;

/// <summary>A broker that answers the first CONNECT with bytes of a test's choice, and later ones not at all.</summary>
internal sealed class ScriptedBroker : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public ScriptedBroker(params byte[] answer)
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AnswerAsync(answer);
    }

    /// <summary>CONNACK: accepted, no session, no properties (OASIS MQTT 5.0, section 3.2).</summary>
    public static byte[] Accept { get; } = [0x20, 3, 0, 0, 0];

    public int Port { get; }

    public void Dispose() => _listener.Dispose();

    private async Task AnswerAsync(byte[] answer)
    {
        try
        {
            using var client = await _listener.AcceptTcpClientAsync();
            var stream = client.GetStream();
            await stream.ReadAtLeastAsync(new byte[1024], 1);
            await stream.WriteAsync(answer);
            await stream.ReadAtLeastAsync(new byte[1024], 1, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The client hung up, or the test is over.
        }
    }
}
