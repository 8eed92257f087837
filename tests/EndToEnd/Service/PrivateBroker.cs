// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using EdgeHypervisor.Demo;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>A mosquitto of our own on a free loopback port.</summary>
internal sealed class PrivateBroker : IDisposable
{
    private const string Patience = "240"; // seconds; only what hangs takes so long
    private readonly TemporaryFolder _folder = new();
    private readonly string _configuration;
    private Process _process = null!;

    /// <param name="configuration">Its configuration for a port; null: open to everybody.</param>
    public PrivateBroker(Func<int, string>? configuration = null)
    {
        do
        {
            Port = FreePort.Next();
            _configuration = _folder.File("mosquitto.conf", configuration?.Invoke(Port) ?? $"listener {Port} 127.0.0.1\nallow_anonymous true\npersistence false\n");
        }
        while (!TryStart()); // somebody else may have taken it meanwhile
    }

    public int Port { get; }

    /// <summary>How a daemon reaches it.</summary>
    public string[] Settings => ["moves.frozenPatience=60s", "transport.plugin=transport.mqtt", "transport.host=127.0.0.1", $"transport.port={Port}"];

    /// <summary>Begins again with nothing remembered.</summary>
    public void Start() => Assert.True(TryStart(), $"mosquitto does not listen at {Port}");

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>Publishes as anybody could.</summary>
    public async Task PublishAsync(string topic, string message, bool retain = false)
    {
        using var publisher = Process.Start("mosquitto_pub", ["-h", "127.0.0.1", "-p", $"{Port}", "-q", "1", "-t", topic, "-m", message, .. retain ? ["-r"] : Array.Empty<string>()]);
        await publisher.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(4));
        Assert.Equal(0, publisher.ExitCode);
    }

    /// <summary>Asks a board as anybody could: publishes a command and gives the answer.</summary>
    public async Task<string> AskAsync(string board, string command, string message) =>
        await RunAsync("mosquitto_rr", "-q", "1", "-W", Patience, "-e", $"tests/{Guid.NewGuid():n}", "-t", $"edgehypervisor/1/{board}/command/{command}", "-m", message);

    /// <summary>Runs <c>ehv</c> where there is nothing but this broker; gives what it said.</summary>
    public async Task<string> EhvAsync(int exitCode, params string[] arguments)
    {
        var ran = await Ehv.RunAsync([.. arguments, "--broker", $"127.0.0.1:{Port}"]);
        Assert.True(ran.ExitCode == exitCode, $"ehv {string.Join(' ', arguments)} gave {ran.ExitCode}, not {exitCode}: {ran.Error}{ran.Output}");
        return ran.Output + ran.Error;
    }

    /// <summary>Waits until a board says that it has a VM.</summary>
    public Task UntilHeardAsync(string vm) => RunAsync("mosquitto_sub", "-C", "1", "-W", Patience, "-t", $"edgehypervisor/1/+/vm/{vm}");

    /// <summary>Waits until a board says just this.</summary>
    public Task UntilSaidAsync(string board, string topic, string text) => UntilLineAsync(board, topic, line => line == text);

    /// <summary>Waits until a board says something, in JSON.</summary>
    public Task UntilAsync(string board, string topic, Predicate<JsonElement> isSo) => UntilLineAsync(board, topic, line =>
    {
        using var message = JsonDocument.Parse(line);
        return isSo(message.RootElement);
    });

    private async Task UntilLineAsync(string board, string topic, Predicate<string> isSo)
    {
        using var listener = Process.Start(new ProcessStartInfo("stdbuf", ["-oL", "mosquitto_sub", "-h", "127.0.0.1", "-p", $"{Port}", "-W", Patience, "-t", $"edgehypervisor/1/{board}/{topic}"]) { RedirectStandardOutput = true })!;
        while (await listener.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!isSo(line)) continue;
            listener.Kill();
            return;
        }
        Assert.Fail($"{board} has not said on {topic} what was waited for");
    }

    // A client that comes too early gives up.
    private bool TryStart()
    {
        _process = Process.Start(new ProcessStartInfo("mosquitto", ["-c", _configuration]) { RedirectStandardError = true })!;
        _process.BeginErrorReadLine();
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < TimeSpan.FromMinutes(4) && !_process.HasExited; Thread.Sleep(20))
        {
            using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                client.Connect(IPAddress.Loopback, Port);
                return true;
            }
            catch (SocketException)
            {
                // Not yet.
            }
        }
        Kill();
        return false;
    }

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, ["-h", "127.0.0.1", "-p", $"{Port}", "-V", "mqttv5", .. arguments]) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} gave {process.ExitCode}");
        return output;
    }

    public void Dispose()
    {
        Kill();
        _folder.Dispose();
    }
}
