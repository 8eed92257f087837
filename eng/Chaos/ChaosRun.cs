// SPDX-License-Identifier: Apache-2.0
using System.Text;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Demo;

namespace EdgeHypervisor.Chaos;

/// <summary>
/// Moves a guest back and forth, hurts something during each move, and holds every beat against the promise: under faults of
/// broker and links none is lost or doubled; when the process that holds the only running copy is killed, the VM comes
/// back from its last durable state, never twice and never gone.
/// </summary>
internal sealed class ChaosRun(ChaosStage stage, ChaosFault[] faults, int seed, TextWriter output)
{
    private const string Vm = "blinky-counter";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly Random _random = new(seed);
    private readonly BeatBook _beats = new();
    private readonly List<double> _downtimes = [];
    private readonly List<double> _totals = [];
    private readonly Dictionary<string, int> _ended = [];
    private string? _twice;

    /// <returns>Whether the promise held.</returns>
    public async Task<bool> RunAsync(int moves, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await stage.WaitUntilReadyAsync(cancellation);
        await CreateAsync(cancellation);
        var background = new[] { ListenAsync(0, ending.Token), ListenAsync(1, ending.Token), WatchAsync(ending.Token) };
        await BeatsOnAsync(5, cancellation);
        for (var i = 0; i < moves && Fault is null; i++) await MoveAsync(i, cancellation);
        if (Fault is null) await BeatsOnAsync(5, cancellation);
        await ending.CancelAsync();
        await Task.WhenAll(background).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return Conclude(moves);
    }

    private string? Fault => _beats.Fault ?? _twice;

    private async Task CreateAsync(CancellationToken cancellation)
    {
        var file = Repository.Source($"firmware-images/{Vm}/{Vm}.vm.yaml");
        var request = new VmCreateRequest(await File.ReadAllTextAsync(file, cancellation), file, Start: true);
        await stage.Board(0).Service.SendAsync(HttpMethod.Post, "v1/vms", request, ControlJson.Default.VmCreateRequest, ControlJson.Default.VmSummary, cancellation);
    }

    private async Task MoveAsync(int number, CancellationToken cancellation)
    {
        var from = await WhereAsync(cancellation);
        var fault = faults[_random.Next(faults.Length)];
        if (fault == ChaosFault.Slow) Slow(true);
        var request = new MoveRequest(Vm, ChaosStage.Names[1 - from], $"chaos-{seed}-{number}");
        var job = await stage.Board(from).Service.SendAsync(HttpMethod.Post, "v1/moves", request, ControlJson.Default.MoveRequest, ControlJson.Default.MoveJob, cancellation);
        output.Write($"{number + 1,5}  {ChaosStage.Names[from],-6} {fault,-11} ");
        await StrikeAsync(fault, from, cancellation);
        var end = await EndAsync(from, job.Id, cancellation);
        if (fault == ChaosFault.Slow) Slow(false);
        await BeatsOnAsync(2, cancellation);
        _beats.MayRewind = false;
        Note(end);
    }

    private void Note(MoveJob? end)
    {
        var state = end?.State ?? "forgotten";
        _ended[state] = _ended.GetValueOrDefault(state) + 1;
        if (end is { State: "succeeded", DowntimeMs: { } downtime, TotalMs: { } total })
        {
            _downtimes.Add(downtime);
            _totals.Add(total);
        }
        output.WriteLine($"{state,-9} {end?.DowntimeMs,8:0.0} ms  {end?.Reason}");
    }

    private async Task StrikeAsync(ChaosFault fault, int from, CancellationToken cancellation)
    {
        if (fault is ChaosFault.None or ChaosFault.Slow) return;
        await Task.Delay(_random.Next(0, 120), cancellation);
        switch (fault)
        {
            case ChaosFault.Cut:
                stage.Links[_random.Next(2)].Cut();
                break;
            case ChaosFault.Broker:
                await stage.KillBrokerAsync();
                break;
            case ChaosFault.Destination or ChaosFault.Source:
                _beats.MayRewind = true;
                await stage.KillBoardAsync(fault == ChaosFault.Source ? from : 1 - from, cancellation);
                break;
        }
    }

    private void Slow(bool slow)
    {
        foreach (var link in stage.Links) (link.Delay, link.BytesPerSecond) = slow ? (TimeSpan.FromMilliseconds(25), 1_000_000) : (TimeSpan.Zero, 0);
    }

    /// <summary>The job's end; null when the service that had it was killed.</summary>
    private async Task<MoveJob?> EndAsync(int from, string job, CancellationToken cancellation)
    {
        for (var started = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(started) < Patience; await Task.Delay(10, cancellation))
        {
            try
            {
                var jobs = await stage.Board(from).Service.GetAsync("v1/moves", ControlJson.Default.IReadOnlyListMoveJob, cancellation);
                if (jobs.FirstOrDefault(j => j.Id == job) is not { } found) return null;
                if (found.IsFinished) return found;
            }
            catch (ControlException)
            {
                // Being killed.
            }
        }
        throw new DemoException($"the move {job} has not come to an end within {Patience.TotalSeconds} s");
    }

    /// <summary>The board that runs the guest, once there is just one.</summary>
    private async Task<int> WhereAsync(CancellationToken cancellation)
    {
        for (var started = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(started) < Patience; await Task.Delay(20, cancellation))
        {
            var states = new[] { await StateAsync(0, cancellation), await StateAsync(1, cancellation) };
            if (states.Count(s => s == "running") == 1 && states.Count(s => s is null) == 1) return Array.IndexOf(states, "running");
        }
        var last = new[] { await StateAsync(0, cancellation), await StateAsync(1, cancellation) };
        throw new DemoException($"{Vm} does not run on just one board within {Patience.TotalSeconds} s: on desk it is {last[0] ?? "absent"}, on pocket {last[1] ?? "absent"}\n{stage.Logs}");
    }

    private async Task BeatsOnAsync(int count, CancellationToken cancellation)
    {
        await WhereAsync(cancellation);
        var until = _beats.Heard + count;
        for (var started = TimeProvider.System.GetTimestamp(); _beats.Heard < until && Fault is null; await Task.Delay(10, cancellation))
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience) throw new DemoException($"{Vm} has not been heard for {Patience.TotalSeconds} s after beat {_beats.Last}");
        }
    }

    /// <summary>Looks for what must never be: both boards running it.</summary>
    private async Task WatchAsync(CancellationToken cancellation)
    {
        while (true)
        {
            // Asked one after the other: it must be on both at the second look too, or it was handed over between the questions.
            var twice = true;
            for (var look = 0; look < 2 && twice; look++) twice = await StateAsync(0, cancellation) == "running" && await StateAsync(1, cancellation) == "running";
            if (twice) _twice ??= "it runs on both boards";
            await Task.Delay(50, cancellation);
        }
    }

    private async Task<string?> StateAsync(int board, CancellationToken cancellation)
    {
        try
        {
            var vms = await stage.Board(board).Service.GetAsync("v1/vms", ControlJson.Default.IReadOnlyListVmSummary, cancellation);
            return vms.FirstOrDefault(vm => vm.Name == Vm)?.State;
        }
        catch (Exception e) when (e is ControlException or IOException or ObjectDisposedException or HttpRequestException)
        {
            return "unreachable";
        }
    }

    private async Task ListenAsync(int board, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await using var console = await stage.Board(board).Service.UpgradeAsync($"v1/vms/{Vm}/console", ControlSocket.ConsoleProtocol, cancellation);
                using var reader = new StreamReader(console);
                await ReadAsync(reader, (line, isWhole) => _beats.Take(ChaosStage.Names[board], line, isWhole), cancellation);
            }
            catch (Exception e) when (e is ControlException or IOException or ObjectDisposedException or HttpRequestException)
            {
                // Not there, or not there any more.
            }
            await Task.Delay(20, cancellation);
        }
    }

    private static async Task ReadAsync(StreamReader reader, Action<string, bool> take, CancellationToken cancellation)
    {
        var line = new StringBuilder();
        var buffer = new char[1024];
        try
        {
            while (await reader.ReadAsync(buffer, cancellation) is var count and > 0)
            {
                foreach (var c in buffer.AsSpan(0, count))
                {
                    if (c == '\n')
                    {
                        take(line.ToString(), true);
                        line.Clear();
                    }
                    else if (c != '\r') line.Append(c);
                }
            }
        }
        finally
        {
            if (line.Length > 0) take(line.ToString(), false);
        }
    }

    private bool Conclude(int moves)
    {
        output.WriteLine($"{moves} moves ({string.Join(", ", _ended.Select(e => $"{e.Value} {e.Key}"))}), {_beats.Last} beats, {_beats.Rewound} played again after a kill; seed {seed}");
        if (_downtimes.Count > 0) output.WriteLine($"stood still: p50 {Quantile(_downtimes, 0.5):0.0} ms, p99 {Quantile(_downtimes, 0.99):0.0} ms; in all: p50 {Quantile(_totals, 0.5):0} ms, p99 {Quantile(_totals, 0.99):0} ms");
        output.WriteLine(Fault is null ? "the promise held" : $"BROKEN: {Fault}");
        return Fault is null;
    }

    private static double Quantile(List<double> values, double share)
    {
        values.Sort();
        return values[Math.Min(values.Count - 1, (int)(values.Count * share))];
    }
}
