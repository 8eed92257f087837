// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Chaos;

/// <summary>
/// Moves guests back and forth, several at once and in both directions, hurts something meanwhile, and holds every beat against
/// the promise: under faults of broker and links none is lost or doubled; when the process that holds the only running
/// copy is killed, the VM comes back from its last durable state, never twice and never gone.
/// </summary>
internal sealed class ChaosRun(ChaosStage stage, ChaosFault[] faults, int seed, TextWriter output)
{
    private const int SmallGuests = 3;
    private readonly Random _random = new(seed);
    private readonly List<double> _downtimes = [];
    private readonly List<double> _totals = [];
    private readonly Dictionary<string, int> _ended = [];
    private Task[] _listeners = [];
    private readonly ChaosGuest[] _guests = [.. Enumerable.Range(1, SmallGuests).Select(i => ChaosGuest.Small(stage, $"counter-{i}")), ChaosGuest.Large(stage, "chain")];

    private string? Fault => _guests.Select(guest => guest.Fault).FirstOrDefault(fault => fault is not null);

    /// <param name="moves">How many.</param>
    /// <param name="enough">Ends it after the round under way.</param>
    /// <param name="cancellation">Ends it at once.</param>
    /// <returns>Whether the promise held.</returns>
    public async Task<bool> RunAsync(int moves, CancellationToken enough, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await stage.WaitUntilReadyAsync(cancellation);
        foreach (var guest in _guests) await guest.CreateAsync(stage.Folder, cancellation);
        _listeners = [.. _guests.Select(guest => guest.ObserveAsync(ending.Token))];
        await BeatsOnAsync(3, cancellation);
        var done = 0;
        for (var round = 1; done < moves && Fault is null && !enough.IsCancellationRequested; round++) done += await RoundAsync(round, moves - done, cancellation);
        if (Fault is null) await BeatsOnAsync(3, cancellation);
        await ending.CancelAsync();
        await Task.WhenAll(_listeners).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return Conclude(done);
    }

    /// <summary>Some of the guests move at once while one thing is hurt.</summary>
    private async Task<int> RoundAsync(int round, int most, CancellationToken cancellation)
    {
        var movers = _guests.OrderBy(_ => _random.Next()).Take(Math.Min(most, _random.Next(1, _guests.Length + 1))).ToArray();
        var fault = faults[_random.Next(faults.Length)];
        if (fault == ChaosFault.Slow) Slow(true);
        var under = new List<(ChaosGuest Guest, int From, string Job)>();
        foreach (var guest in movers)
        {
            var from = await guest.WhereAsync(cancellation);
            under.Add((guest, from, (await guest.MoveAsync(from, $"chaos-{seed}-{round}-{guest.Name}", cancellation)).Id));
        }
        await StrikeAsync(fault, under[_random.Next(under.Count)].From, cancellation);
        foreach (var (guest, from, job) in under) Note(round, fault, guest, from, await guest.EndAsync(from, job, cancellation));
        if (fault == ChaosFault.Slow) Slow(false);
        await BeatsOnAsync(2, cancellation);
        foreach (var guest in _guests) guest.Beats.MayRewind = false;
        return movers.Length;
    }

    private void Note(int round, ChaosFault fault, ChaosGuest guest, int from, MoveJob? end)
    {
        var state = end?.State ?? "forgotten";
        _ended[state] = _ended.GetValueOrDefault(state) + 1;
        if (end is { State: "succeeded", DowntimeMs: { } downtime, TotalMs: { } total })
        {
            _downtimes.Add(downtime);
            _totals.Add(total);
        }
        output.WriteLine($"{round,5}  {guest.Name,-10} {ChaosStage.Names[from],-6} {fault,-11} {state,-9} {end?.DowntimeMs,8:0.0} ms  {end?.Reason}");
    }

    private async Task StrikeAsync(ChaosFault fault, int from, CancellationToken cancellation)
    {
        if (fault is ChaosFault.None or ChaosFault.Slow) return;
        await Task.Delay(_random.Next(0, 150), cancellation);
        switch (fault)
        {
            case ChaosFault.Cut:
                stage.Links[_random.Next(2)].Cut();
                break;
            case ChaosFault.Broker:
                await stage.KillBrokerAsync();
                break;
            case ChaosFault.Destination or ChaosFault.Source:
                // Guests of that board that do not move, or move the other way, are hurt as well.
                foreach (var guest in _guests) guest.Beats.MayRewind = true;
                await stage.KillBoardAsync(fault == ChaosFault.Source ? from : 1 - from, cancellation);
                break;
        }
    }

    // Whoever listens must do so to the end: a listener that gave up would make its guest seem silent.
    private async Task BeatsOnAsync(int count, CancellationToken cancellation)
    {
        var all = AllBeatOnAsync(count, cancellation);
        await await Task.WhenAny([all, .. _listeners]);
        await all;
    }

    private Task AllBeatOnAsync(int count, CancellationToken cancellation) => Task.WhenAll(_guests.Select(guest => guest.BeatsOnAsync(count, cancellation)));

    private void Slow(bool slow)
    {
        foreach (var link in stage.Links) (link.Delay, link.BytesPerSecond) = slow ? (TimeSpan.FromMilliseconds(25), 1_000_000) : (TimeSpan.Zero, 0);
    }

    private bool Conclude(int moves)
    {
        output.WriteLine($"{moves} moves of {_guests.Length} guests ({string.Join(", ", _ended.Select(e => $"{e.Value} {e.Key}"))}), {_guests.Sum(guest => guest.Beats.Heard)} beats, {_guests.Sum(guest => guest.Beats.Rewound)} played again after a kill; seed {seed}");
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
