// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Demo;

/// <summary>One board: its daemon, and a client of it.</summary>
internal sealed class BoardProcess : IAsyncDisposable
{
    private readonly ChildProcess _daemon;

    /// <param name="name">Of the board.</param>
    /// <param name="folder">For what belongs to it.</param>
    /// <param name="brokerPort">Where the broker is.</param>
    /// <param name="program">The daemon; null: as built.</param>
    public BoardProcess(string name, string folder, int brokerPort, string? program = null)
    {
        Name = name;
        var socket = Path.Combine(folder, $"{name}.sock");
        _daemon = ChildProcess.Start(
            program ?? Repository.Program("EdgeHypervisor.Host", "edge-hypervisord"),
            [
                "--board", Repository.Source("boards/simulated-pi.yaml"), "--name", name,
                "--data", Path.Combine(folder, name), "--socket", socket,
                "--set", "transport.plugin=transport.mqtt", "--set", "transport.host=127.0.0.1", "--set", $"transport.port={brokerPort}",
            ],
            Path.Combine(folder, $"{name}.log"));
        Service = new ControlClient(socket);
    }

    public string Name { get; }

    public ControlClient Service { get; }

    public int ProcessId => _daemon.Id;

    /// <summary>Waits until it is there and hears the other boards.</summary>
    public async Task WaitUntilReadyAsync(CancellationToken cancellation)
    {
        while (!await IsReadyAsync(cancellation))
        {
            if (_daemon.HasExited) throw new DemoException($"board {Name} has ended:\n{_daemon.Log}");
            await Task.Delay(50, cancellation);
        }
    }

    /// <summary>Ends the daemon as a power cut would.</summary>
    public async Task KillAsync()
    {
        await _daemon.KillAsync();
        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Service.Dispose();
        await _daemon.DisposeAsync();
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellation)
    {
        try
        {
            return (await Service.GetAsync("v1/health", ControlJson.Default.ServiceHealth, cancellation)).Fleet == "connected";
        }
        catch (ControlException e) when (e.IsUnreachable)
        {
            return false;
        }
    }
}
