// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>A real daemon on a data folder of its own, which can be killed and started again.</summary>
internal sealed partial class RunningDaemon : IAsyncDisposable
{
    private const int Terminate = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private readonly TemporaryFolder _folder = new();
    private readonly string _name;
    private readonly string[] _settings;
    private readonly StringBuilder _log = new();
    private Process _process;

    private readonly string[] _program;

    private RunningDaemon(string[] program, string name, string[] settings)
    {
        (_program, _name, _settings) = (program, name, settings);
        Socket = Path.Combine(_folder.Path, "control.sock");
        Service = new ControlClient(Socket);
        _process = Launch();
    }

    public string Socket { get; }

    public string Data => Path.Combine(_folder.Path, "data");

    public ControlClient Service { get; private set; }

    /// <summary>All that it has logged, over all its lives.</summary>
    public string Log
    {
        get { lock (_log) return _log.ToString(); }
    }

    public static Task<RunningDaemon> StartAsync(string name = "desk", params string[] settings) => StartAsync([BuiltTree.Daemon], name, settings);

    /// <param name="program">The daemon, with what runs it before it.</param>
    /// <param name="name">The board's name.</param>
    /// <param name="settings">What is set on the command line.</param>
    public static async Task<RunningDaemon> StartAsync(string[] program, string name, params string[] settings)
    {
        var daemon = new RunningDaemon(program, name, settings);
        try
        {
            await daemon.WaitUntilReadyAsync();
            return daemon;
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }
    }

    /// <summary>Everybody's line goes to everybody; a daemon reads whether there is a list when it starts, so all start again.</summary>
    public static async Task TrustEachOtherAsync(params RunningDaemon[] daemons)
    {
        var lines = string.Concat(daemons.Select(daemon => File.ReadAllText(Path.Combine(daemon.Data, "keys", "board.pub"))));
        foreach (var daemon in daemons) await File.WriteAllTextAsync(Path.Combine(daemon.Data, "keys", "trusted-boards"), lines);
        foreach (var daemon in daemons)
        {
            Assert.Equal(0, await daemon.StopAsync());
            await daemon.StartAgainAsync();
        }
    }

    public Task<Ran> EhvAsync(params string[] arguments) => Ehv.AskAsync(Socket, "", arguments);

    /// <summary>Runs <c>ehv</c>, which must succeed.</summary>
    public Task<string> DoAsync(params string[] arguments) => DoAsync(Patience, arguments);

    /// <summary>The same for what may take long.</summary>
    public async Task<string> DoAsync(TimeSpan limit, params string[] arguments)
    {
        var ran = await Ehv.AskAsync(Socket, "", limit, arguments);
        Assert.True(ran.ExitCode == 0, $"ehv {string.Join(' ', arguments)} gave {ran.ExitCode}: {ran.Error}{ran.Output}\n--- log:\n{Log}");
        return ran.Output;
    }

    public async Task<VmSummary> VmAsync(string vm) =>
        (await Service.GetAsync($"v1/vms/{vm}", ControlJson.Default.VmDetails, CancellationToken.None)).Summary;

    /// <summary>What a peripheral of its board shows outside.</summary>
    public async Task<string> ObservedAsync(string role, string what) =>
        (await Service.GetAsync($"v1/board/peripherals/{role}", ControlJson.Default.PeripheralInfo, CancellationToken.None)).Observed[what];

    /// <summary>What the guest has said here, line by line.</summary>
    public async Task<string[]> ConsoleAsync(string vm) =>
        (await Service.GetTextAsync($"v1/vms/{vm}/console/output", CancellationToken.None)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Waits for something that will be true soon.</summary>
    public Task UntilAsync(Func<Task<bool>> isSo, string what) => UntilAsync(isSo, () => what);

    /// <summary>The same, for what can be told only at the end.</summary>
    public async Task UntilAsync(Func<Task<bool>> isSo, Func<string> what)
    {
        var end = DateTime.UtcNow + Patience;
        while (!await isSo())
        {
            Assert.True(DateTime.UtcNow < end, $"not within {Patience.TotalSeconds} s: {what()}\n--- log:\n{Log}");
            await Task.Delay(20);
        }
    }

    /// <summary>Waits until the guest has said so many lines that contain a text.</summary>
    public Task SaidAsync(string vm, string text, int times = 1) => UntilAsync(
        async () =>
        {
            try
            {
                return (await ConsoleAsync(vm)).Count(line => line.Contains(text, StringComparison.Ordinal)) >= times;
            }
            catch (ControlException e) when (e.Problem.Status is 404 or 409)
            {
                return false; // about to arrive, or to come back
            }
        },
        $"{vm} says '{text}' {times} times");

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, as systemd does it.</summary>
    public async Task<int> StopAsync()
    {
        _ = Kill(_process.Id, Terminate);
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    public async Task StartAgainAsync()
    {
        LaunchAgain();
        await WaitUntilReadyAsync();
    }

    /// <summary>Starts it again and does not wait until it is ready.</summary>
    public void LaunchAgain()
    {
        Service.Dispose();
        Service = new ControlClient(Socket);
        _process = Launch();
    }

    public async ValueTask DisposeAsync()
    {
        Service.Dispose();
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
        _folder.Dispose();
    }

    private Process Launch()
    {
        string[] arguments = [.. _program[1..], "--board", BuiltTree.Board, "--name", _name, "--data", Data, "--socket", Socket];
        var start = new ProcessStartInfo(_program[0], arguments) { RedirectStandardError = true };
        foreach (var setting in _settings) start.ArgumentList.Add($"--set={setting}");
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_log) _log.AppendLine(line.Data);
        };
        process.BeginErrorReadLine();
        return process;
    }

    private Task WaitUntilReadyAsync() => UntilAsync(
        async () =>
        {
            Assert.False(_process.HasExited, $"the daemon has ended:\n{Log}");
            try
            {
                var health = await Service.GetAsync("v1/health", ControlJson.Default.ServiceHealth, CancellationToken.None);
                return health.Fleet != "connecting";
            }
            catch (ControlException e) when (e.IsUnreachable)
            {
                return false;
            }
        },
        "the daemon is ready");

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
