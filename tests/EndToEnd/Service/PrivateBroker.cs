// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>A mosquitto of our own on a free loopback port.</summary>
internal sealed class PrivateBroker : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _configuration;
    private Process _process = null!;

    public PrivateBroker()
    {
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        _configuration = _folder.File("mosquitto.conf", $"listener {Port} 127.0.0.1\nallow_anonymous true\npersistence false\n");
        Start();
    }

    public int Port { get; }

    /// <summary>How a daemon reaches it.</summary>
    public string[] Settings => ["transport.plugin=transport.mqtt", "transport.host=127.0.0.1", $"transport.port={Port}"];

    /// <summary>Begins, or begins again with nothing remembered.</summary>
    public void Start()
    {
        _process = Process.Start(new ProcessStartInfo("mosquitto", ["-c", _configuration]) { RedirectStandardError = true })!;
        _process.BeginErrorReadLine();
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>Publishes as anybody could.</summary>
    public async Task PublishAsync(string topic, string message)
    {
        using var publisher = Process.Start("mosquitto_pub", ["-h", "127.0.0.1", "-p", $"{Port}", "-q", "1", "-t", topic, "-m", message]);
        await publisher.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(0, publisher.ExitCode);
    }

    public void Dispose()
    {
        Kill();
        _folder.Dispose();
    }
}
