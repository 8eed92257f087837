// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.EndToEnd.Machines;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>A real daemon on a data folder of its own, which can be killed and started again.</summary>
internal sealed partial class RunningDaemon : IAsyncDisposable
{
    private const int Terminate = 15;
    private const int LongestPiece = 8;
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

    /// <summary>Waits until a peripheral of its board shows something outside.</summary>
    public Task ShowsAsync(string role, string what, string value) => UntilAsync(async () => await ObservedAsync(role, what) == value, $"{role} shows {what} {value}");

    /// <summary>What the guest has said here, as it said it: the last line may be one that is just being said.</summary>
    public Task<string> ConsoleTextAsync(string vm) => Service.GetTextAsync($"v1/vms/{vm}/console/output", CancellationToken.None);

    /// <summary>The same line by line.</summary>
    public async Task<string[]> ConsoleAsync(string vm) => (await ConsoleTextAsync(vm)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Listens to a guest, from its first word on; what it has said is there when it has left.</summary>
    public async Task<Task<string>> HearAsync(string vm)
    {
        var console = await Service.UpgradeAsync($"v1/vms/{vm}/console", ControlSocket.ConsoleProtocol, CancellationToken.None);
        return ReadAsync();

        async Task<string> ReadAsync()
        {
            using var reader = new StreamReader(console);
            return await reader.ReadToEndAsync();
        }
    }

    /// <summary>
    /// Types a line at a guest that shows what it hears, and waits for each piece to be seen: the wire brings the next byte
    /// when its time has come, and a guest that the host hardly lets run has room for so many only.
    /// </summary>
    public async Task TypeAsync(string vm, string line, string end = "\r")
    {
        await using var console = await Service.UpgradeAsync($"v1/vms/{vm}/console", ControlSocket.ConsoleProtocol, CancellationToken.None);
        for (var typed = 0; typed < line.Length;)
        {
            var piece = line[typed..Math.Min(typed + LongestPiece, line.Length)];
            typed += piece.Length;
            await console.WriteAsync(Encoding.ASCII.GetBytes(piece));
            await console.FlushAsync();
            await UntilAsync(async () => (await ConsoleTextAsync(vm)).EndsWith(line[..typed], StringComparison.Ordinal), $"{vm} shows what was typed: {line[..typed]}");
        }
        await console.WriteAsync(Encoding.ASCII.GetBytes(end));
        await console.FlushAsync();
        // Whoever hangs up at once may not have been heard to the end.
        await UntilAsync(async () => !(await ConsoleTextAsync(vm)).EndsWith(line, StringComparison.Ordinal), $"{vm} takes the line: {line}");
    }

    /// <summary>Waits for something that will be true soon.</summary>
    public Task UntilAsync(Func<Task<bool>> isSo, string what) => UntilAsync(isSo, () => what);

    /// <summary>The same, for what can be told only at the end.</summary>
    public async Task UntilAsync(Func<Task<bool>> isSo, Func<string> what)
    {
        var end = DateTime.UtcNow + Patience;
        while (!await IsSoAsync(isSo))
        {
            Assert.True(DateTime.UtcNow < end, $"not within {Patience.TotalSeconds} s: {what()}\n--- log:\n{Log}");
            await Task.Delay(20);
        }
    }

    /// <summary>Waits until the guest has said so many lines that contain a text.</summary>
    public Task SaidAsync(string vm, string text, int times = 1) => UntilAsync(
        async () => (await ConsoleAsync(vm)).Count(line => line.Contains(text, StringComparison.Ordinal)) >= times, $"{vm} says '{text}' {times} times");

    /// <summary>Waits until a text is in the log, which is heard a little later than what is done.</summary>
    public Task LoggedAsync(string text) => UntilAsync(() => Task.FromResult(Log.Contains(text, StringComparison.Ordinal)), $"'{text}' is logged");

    /// <summary>Waits until it has heard that boards are ready, and of VMs.</summary>
    public Task KnowsAsync(params string[] names) => UntilAsync(
        async () =>
        {
            var boards = await Service.GetAsync("v1/fleet/boards", ControlJson.Default.IReadOnlyListFleetBoard, CancellationToken.None);
            return !names.Except(boards.Where(board => board.State == "ready").SelectMany(board => board.Vms.Append(board.Name))).Any();
        },
        $"it has heard of {string.Join(", ", names)}");

    /// <summary>Waits until a VM can move to a board: one that has just started, or a VM that has just come, is not known to everybody at once.</summary>
    /// <returns>The plan.</returns>
    public async Task<string> CanMoveAsync(string vm, string board)
    {
        var plan = new Ran(0, "", "");
        await UntilAsync(async () => (plan = await EhvAsync("vm", "plan", vm, "--board", board)).ExitCode == 0, () => $"{board} can take {vm}; it said last: {plan.Output}{plan.Error}");
        return plan.Output;
    }

    /// <summary>Whether it has handed a VM over and waits for the other board to say that it has it.</summary>
    public async Task<bool> IsInDoubtAsync() =>
        (await Service.GetAsync("v1/ownership", ControlJson.Default.IReadOnlyListOwnershipInfo, CancellationToken.None)).Any(info => info is { InDoubt: true, Phase: "committing" });

    /// <summary>From now on no file takes anything more, as on a disk that fails, until it is started again. Wants a daemon that ignores the signal.</summary>
    public void FailToWrite()
    {
        var (exit, output) = Tool.Run("prlimit", ["--pid", $"{_process.Id}", "--fsize=0"], Patience);
        Assert.True(exit == 0, output);
    }

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

    // It answers a little before all of it is started.
    private Task WaitUntilReadyAsync() => UntilAsync(
        async () =>
        {
            Assert.False(_process.HasExited, $"the daemon has ended:\n{Log}");
            var health = await Service.GetAsync("v1/health", ControlJson.Default.ServiceHealth, CancellationToken.None);
            return health.StartMs > 0 && health.Fleet != "connecting";
        },
        "the daemon is ready");

    // What is not there yet, or just now not to be asked, is not so yet.
    private static async Task<bool> IsSoAsync(Func<Task<bool>> isSo)
    {
        try
        {
            return await isSo();
        }
        catch (ControlException e) when (e.IsUnreachable || e.Problem.Status is 404 or 409)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
