// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Demo;

namespace EdgeHypervisor.Chaos;

/// <summary>A private broker and two boards, each behind a link that can be hurt; broker and boards can be killed and come back.</summary>
internal sealed class ChaosStage : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ehv-chaos-").FullName;
    private readonly int _brokerPort;
    private readonly string _brokerSettings;
    private readonly bool _isDirect;
    private readonly string? _program;
    private readonly BoardProcess[] _boards = new BoardProcess[2];
    private ChildProcess _broker;

    /// <param name="brokerSettings">Further lines of the broker's configuration.</param>
    /// <param name="isDirect">Whether the boards speak to the broker themselves: their links cannot be hurt then, and cost nothing.</param>
    /// <param name="program">The boards' daemon; null: as built.</param>
    public ChaosStage(string brokerSettings = "", bool isDirect = false, string? program = null)
    {
        (_brokerSettings, _isDirect, _program) = (brokerSettings, isDirect, program);
        _brokerPort = FreePort.Next();
        _broker = StartBroker();
        Links = [new FaultProxy(_brokerPort), new FaultProxy(_brokerPort)];
        for (var i = 0; i < 2; i++) _boards[i] = StartBoard(i);
    }

    /// <summary>The names of the boards.</summary>
    public static string[] Names { get; } = ["desk", "pocket"];

    /// <summary>The links of the boards to the broker.</summary>
    public FaultProxy[] Links { get; }

    /// <summary>Where everything of this stage is.</summary>
    public string Folder => _folder;

    /// <summary>Whether <see cref="Folder"/> stays, with all that the boards said over all their lives: somebody has to look into it.</summary>
    public bool IsKept { get; set; }

    /// <summary>What the boards said last.</summary>
    public string Logs => string.Join('\n', Names.Select(name => $"{name}:\n{string.Join('\n', File.ReadLines(Path.Combine(_folder, $"{name}.log")).TakeLast(15))}"));

    /// <summary>What the boards said last, and what they know of a VM.</summary>
    public async Task<string> DescribeAsync(string vm)
    {
        IsKept = true;
        var text = new StringBuilder('\n' + Logs);
        for (var i = 0; i < 2; i++)
        {
            foreach (var path in new[] { $"v1/vms/{vm}", "v1/moves", "v1/ownership" })
            {
                try
                {
                    text.Append(CultureInfo.InvariantCulture, $"\n{Names[i]} {path}: {await Board(i).Service.GetTextAsync(path, CancellationToken.None)}");
                }
                catch (Exception e) when (IsOfKilled(e, CancellationToken.None))
                {
                    text.Append(CultureInfo.InvariantCulture, $"\n{Names[i]} {path}: {e.Message}");
                }
            }
        }
        return text.ToString();
    }

    /// <summary>Whether a request failed since its board is being killed. What is under way when its client is disposed is cancelled.</summary>
    public static bool IsOfKilled(Exception exception, CancellationToken cancellation) =>
        exception is ControlException or IOException or ObjectDisposedException or HttpRequestException
        || (exception is OperationCanceledException && !cancellation.IsCancellationRequested);

    public BoardProcess Board(int index) => Volatile.Read(ref _boards[index]);

    public Task WaitUntilReadyAsync(CancellationToken cancellation) => Task.WhenAll(_boards.Select(b => b.WaitUntilReadyAsync(cancellation)));

    /// <summary>SIGKILL, and a new one on the same port.</summary>
    public async Task KillBrokerAsync()
    {
        await _broker.KillAsync();
        _broker = StartBroker();
    }

    /// <summary>SIGKILL, and a new process with the same data.</summary>
    public async Task KillBoardAsync(int index, CancellationToken cancellation)
    {
        await Board(index).KillAsync();
        Volatile.Write(ref _boards[index], StartBoard(index));
        await Board(index).WaitUntilReadyAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_boards.Select(b => b.DisposeAsync().AsTask()));
        await _broker.DisposeAsync();
        foreach (var link in Links) link.Dispose();
        if (!IsKept) Directory.Delete(_folder, recursive: true);
    }

    private BoardProcess StartBoard(int index) => new(Names[index], _folder, _isDirect ? _brokerPort : Links[index].Port, _program);

    private ChildProcess StartBroker()
    {
        var configuration = Path.Combine(_folder, "mosquitto.conf");
        File.WriteAllText(configuration, $"listener {_brokerPort} 127.0.0.1\nallow_anonymous true\npersistence false\n{_brokerSettings}");
        var program = new[] { "/usr/sbin/mosquitto", "/usr/bin/mosquitto", "/usr/local/sbin/mosquitto" }.FirstOrDefault(File.Exists)
            ?? throw new DemoException("mosquitto is missing: apt-get install mosquitto libmosquitto1");
        return ChildProcess.Start(program, ["-c", configuration], Path.Combine(_folder, "mosquitto.log"));
    }
}
