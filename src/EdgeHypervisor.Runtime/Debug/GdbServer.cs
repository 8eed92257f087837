// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;

namespace EdgeHypervisor.Runtime;

/// <summary>
/// Lets GDB attach to a VM: <c>target remote localhost:PORT</c>. One debugger at a time; a second one is turned away. The
/// protocol knows no passwords, so listen on a loopback address.
/// </summary>
public sealed class GdbServer : IAsyncDisposable
{
    private readonly VirtualMachine _vm;
    private readonly Socket _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;
    private readonly bool _goesOn;
    private volatile Task _session = Task.CompletedTask;

    /// <summary>Begins to listen. The VM goes on until a debugger attaches.</summary>
    /// <param name="vm">Which VM.</param>
    /// <param name="endPoint">Where; port 0 for any free one.</param>
    /// <param name="goesOn">Whether the VM runs when the debugger has left, also if it did not before it came.</param>
    /// <exception cref="NotSupportedException">The VM's core cannot be looked into.</exception>
    /// <exception cref="SocketException">The port is taken.</exception>
    public GdbServer(VirtualMachine vm, IPEndPoint endPoint, bool goesOn = false)
    {
        Debugger.Check(vm);
        (_vm, _goesOn) = (vm, goesOn);
        _listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _listener.Bind(endPoint);
            _listener.Listen(backlog: 1);
        }
        catch
        {
            _listener.Dispose();
            throw;
        }
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Completes when the debugger that is attached has left; completed when none is.</summary>
    public Task Session => _session;

    /// <summary>Ends listening and any session; the VM runs on if it ran before the debugger came.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync(_stopping.Token).ConfigureAwait(false);
                if (Debugger.TryAttach(_vm) is { } debugger) _session = ServeAsync(client, debugger);
                else client.Dispose();
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await _session.ConfigureAwait(false);
        }
    }

    private async Task ServeAsync(Socket client, Debugger debugger)
    {
        using (debugger)
        {
            client.NoDelay = true;
            await using var stream = new NetworkStream(client, ownsSocket: true);
            await debugger.ServeAsync(stream, _stopping.Token, _goesOn).ConfigureAwait(false);
        }
    }
}
