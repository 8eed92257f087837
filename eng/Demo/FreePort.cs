// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;

namespace EdgeHypervisor.Demo;

/// <summary>Ports of the loopback for brokers of a stage or a test of its own.</summary>
/// <remarks>
/// None that the kernel gives to whoever connects: a client that looks for a broker which is away must not come to sit in
/// its place, which on the loopback it otherwise does once in a long while, connected with itself.
/// </remarks>
internal static class FreePort
{
    private const int First = 20_000, Count = 12_000;
    private static int _last = Random.Shared.Next(Count);

    /// <summary>One that nobody has now, and that this process has not given before.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _last) % Count);
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Another has it.
            }
        }
    }
}
