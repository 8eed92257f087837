// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Demo;

/// <summary>The demonstration: two guests run on desk, move to pocket and back, each by one MQTT message, and nobody misses a beat.</summary>
internal sealed class Show(Stage stage, DemoScreen screen)
{
    private static readonly TimeSpan Scene = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan MovePatience = TimeSpan.FromSeconds(60);
    private readonly Guest _blinky = new("blinky-counter", "firmware-images/blinky-counter/blinky-counter.vm.yaml", new Transcript("beat", checksSum: true));
    private readonly Guest _thermostat = new("thermostat", "firmware-images/thermostat/thermostat.vm.yaml", new Transcript("reading", checksSum: false));
    private readonly List<MoveNotes> _moves = [];

    /// <returns>Whether no beat was lost or repeated.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellation)
    {
        using var curtain = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        screen.Say("starting a private broker and the boards desk and pocket");
        await stage.WaitUntilReadyAsync(cancellation);
        var background = Listen(curtain.Token);
        try
        {
            await PlayAsync(cancellation);
        }
        finally
        {
            await curtain.CancelAsync();
            await Task.WhenAll(background).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            screen.Close();
        }
        return Conclude();
    }

    private async Task PlayAsync(CancellationToken cancellation)
    {
        screen.Say("blinky-counter and thermostat start on desk");
        await _blinky.StartAsync(stage.Desk, cancellation);
        await _thermostat.StartAsync(stage.Desk, cancellation);
        await HeardAsync(_blinky, 20, cancellation);
        await HeardAsync(_thermostat, 2, cancellation);

        await MoveAsync(_blinky, stage.Desk, stage.Pocket, cancellation);
        await MoveAsync(_thermostat, stage.Desk, stage.Pocket, cancellation);
        screen.Say("the sensor on pocket gets warm: the thermostat, now there, switches pocket's relay");
        await WarmAsync(stage.Pocket, 24, cancellation);
        await Task.Delay(Scene, cancellation);

        await MoveAsync(_blinky, stage.Pocket, stage.Desk, cancellation);
        await HeardAsync(_blinky, _blinky.Transcript.Count + 20, cancellation);
        await HeardAsync(_thermostat, _thermostat.Transcript.Count + 1, cancellation);
    }

    private Task[] Listen(CancellationToken cancellation) =>
    [
        .. from guest in new[] { _blinky, _thermostat } from board in new[] { stage.Desk, stage.Pocket } select guest.ListenAsync(board, cancellation),
        WatchPinsAsync(stage.Desk, cancellation),
        WatchPinsAsync(stage.Pocket, cancellation),
        screen.RefreshAsync([_blinky, _thermostat], cancellation),
    ];

    private async Task WatchPinsAsync(BoardProcess board, CancellationToken cancellation)
    {
        await foreach (var now in board.Service.StreamAsync("v1/board/watch", ControlJson.Default.BoardInfo, cancellation)) screen.Show(now);
    }

    private async Task MoveAsync(Guest guest, BoardProcess from, BoardProcess to, CancellationToken cancellation)
    {
        var topic = $"edgehypervisor/1/{from.Name}/command/move";
        var message = $$"""{"vm":"{{guest.Name}}","to":"{{to.Name}}","token":"demo-{{_moves.Count}}"}""";
        screen.Say($"mosquitto_pub -t {topic} -m '{message}'");
        var before = _moves.Count(move => move.From == from.Name);
        await stage.PublishAsync(topic, message, cancellation);
        var job = await FinishedAsync(from, before, cancellation);
        if (job.State != "succeeded") throw new DemoException($"the move of {guest.Name} to {to.Name} {job.State}: {job.Reason}");
        _moves.Add(new MoveNotes(guest.Name, from.Name, to.Name, job.DowntimeMs ?? 0, job.TotalMs ?? 0, job.SentBytes));
        screen.Say($"{guest.Name} runs on {to.Name}; it stood still for {job.DowntimeMs:0.0} ms");
        await Task.Delay(Scene, cancellation);
    }

    private static async Task<MoveJob> FinishedAsync(BoardProcess from, int before, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(MovePatience);
        while (true)
        {
            var jobs = await from.Service.GetAsync("v1/moves", ControlJson.Default.IReadOnlyListMoveJob, cancellation);
            if (jobs.Count > before && jobs[^1].IsFinished) return jobs[^1];
            if (patience.IsCancellationRequested) throw new DemoException($"no move has come to an end within {MovePatience.TotalSeconds} s");
            await Task.Delay(50, cancellation);
        }
    }

    private static async Task HeardAsync(Guest guest, long count, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(MovePatience);
        while (guest.Transcript.Count < count)
        {
            if (patience.IsCancellationRequested) throw new DemoException($"{guest.Name} was not heard {count} times within {MovePatience.TotalSeconds} s, only {guest.Transcript.Count}");
            await Task.Delay(50, cancellation);
        }
    }

    private static Task WarmAsync(BoardProcess board, int celsius, CancellationToken cancellation) =>
        board.Service.SendAsync(
            HttpMethod.Patch, "v1/board/peripherals/bme280", new Dictionary<string, string> { ["temperature"] = $"{celsius}" },
            ControlJson.Default.DictionaryStringString, cancellation);

    private bool Conclude()
    {
        screen.Summarize(_moves, [_blinky, _thermostat]);
        return _blinky.Transcript.Fault is null && _thermostat.Transcript.Fault is null;
    }
}
