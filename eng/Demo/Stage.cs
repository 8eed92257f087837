// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Demo;

/// <summary>A private broker on a free loopback port, and two boards that know each other through it. All of it goes with this.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ehv-demo-").FullName;
    private readonly ChildProcess _broker;

    public Stage()
    {
        BrokerPort = FreePort.Next();
        var configuration = Path.Combine(_folder, "mosquitto.conf");
        File.WriteAllText(configuration, $"listener {BrokerPort} 127.0.0.1\nallow_anonymous true\npersistence false\n");
        _broker = ChildProcess.Start(FindBroker(), ["-c", configuration], Path.Combine(_folder, "mosquitto.log"));
        Desk = new BoardProcess("desk", _folder, BrokerPort);
        Pocket = new BoardProcess("pocket", _folder, BrokerPort);
    }

    public int BrokerPort { get; }

    public BoardProcess Desk { get; }

    public BoardProcess Pocket { get; }

    public async Task WaitUntilReadyAsync(CancellationToken cancellation)
    {
        await Task.WhenAll(Desk.WaitUntilReadyAsync(cancellation), Pocket.WaitUntilReadyAsync(cancellation));
        if (_broker.HasExited) throw new DemoException($"the broker has ended:\n{_broker.Log}");
    }

    /// <summary>Publishes a message as anybody could: with mosquitto's own command.</summary>
    public async Task PublishAsync(string topic, string message, CancellationToken cancellation)
    {
        var log = Path.Combine(_folder, "publish.log");
        await using var publisher = ChildProcess.Start(
            "mosquitto_pub", ["-h", "127.0.0.1", "-p", $"{BrokerPort}", "-q", "1", "-t", topic, "-m", message], log);
        while (!publisher.HasExited) await Task.Delay(10, cancellation);
        if (publisher.Log.Length > 0) throw new DemoException($"mosquitto_pub: {publisher.Log}");
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Desk.DisposeAsync().AsTask(), Pocket.DisposeAsync().AsTask());
        await _broker.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    // Debian puts brokers where only root's PATH leads.
    private static string FindBroker()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/usr/local/sbin");
        return folders.Select(folder => Path.Combine(folder, "mosquitto")).FirstOrDefault(File.Exists)
            ?? throw new DemoException("mosquitto is missing: apt-get install mosquitto mosquitto-clients libmosquitto1");
    }
}
