// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using EdgeHypervisor.Demo;

namespace EdgeHypervisor.Transports.Tests;

/// <summary>A mosquitto of a test's own on a free loopback port, with a configuration of its own; gone when the test ends.</summary>
internal sealed class MosquittoBroker : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mosquitto-test-").FullName;
    private readonly string _configuration;
    private Process? _process;

    private MosquittoBroker(string configuration) => _configuration = configuration;

    /// <summary>Where the broker is installed; null where it is not.</summary>
    public static string? Program { get; } =
        new[] { "/usr/sbin/mosquitto", "/usr/bin/mosquitto", "/usr/local/sbin/mosquitto" }.FirstOrDefault(File.Exists);

    public int Port { get; private set; }

    /// <summary>Starts one.</summary>
    /// <param name="configuration">Lines after the listener's; null for anonymous access.</param>
    /// <param name="files">Writes files that the configuration needs; is given their folder, which <c>@</c> stands for in it.</param>
    public static async Task<MosquittoBroker> StartAsync(string? configuration = null, Action<string>? files = null)
    {
        var broker = new MosquittoBroker(configuration ?? "allow_anonymous true");
        files?.Invoke(broker._folder);
        await broker.StartAsync();
        return broker;
    }

    /// <summary>Adds a user to the file <c>passwords</c>.</summary>
    public static void WritePassword(string folder, string user, string password)
    {
        using var tool = Process.Start("mosquitto_passwd", ["-c", "-b", Path.Combine(folder, "passwords"), user, password]);
        tool.WaitForExit();
    }

    public string PathOf(string file) => Path.Combine(_folder, file);

    public void Dispose()
    {
        Kill();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Ends it as a power cut would.</summary>
    public void Kill()
    {
        if (_process is null) return;
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Starts it, on the port it had before.</summary>
    public async Task StartAsync()
    {
        // Between finding a free port and the broker's taking it somebody else may: then another one.
        for (var attempt = 0; attempt < 10; attempt++)
        {
            if (attempt > 0 || Port == 0) Port = FreePort.Next();
            await File.WriteAllTextAsync(PathOf("mosquitto.conf"), $"user {Environment.UserName}\nlistener {Port} 127.0.0.1\n{_configuration.Replace("@", _folder)}\n");
            _process = Process.Start(new ProcessStartInfo(Program!, ["-c", PathOf("mosquitto.conf")]) { RedirectStandardError = true })!;
            _process.ErrorDataReceived += (_, _) => { };
            _process.BeginErrorReadLine();
            if (await WaitUntilReadyAsync()) return;
            Kill();
        }
        throw new InvalidOperationException("mosquitto does not start");
    }

    private async Task<bool> WaitUntilReadyAsync()
    {
        var patience = Stopwatch.StartNew();
        while (patience.Elapsed < Patience.Limit && !_process!.HasExited)
        {
            using var probe = new TcpClient();
            try
            {
                await probe.ConnectAsync(IPAddress.Loopback, Port);
                return true;
            }
            catch (SocketException)
            {
                await Task.Delay(10);
            }
        }
        return false;
    }
}
