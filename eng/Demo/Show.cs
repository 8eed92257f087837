// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Demo;

/// <summary>
/// The demonstration: guests run on desk, move to pocket and back, each by one MQTT message, and nobody misses a beat. One is
/// MicroPython for a micro:bit, where Debian's package of it is installed.
/// </summary>
internal sealed class Show(Stage stage, DemoScreen screen)
{
    private static readonly TimeSpan Scene = TimeSpan.FromSeconds(3);
    private const string MicroPython = "/usr/share/firmware-microbit-micropython/firmware.hex";
    private const string Blinked = "led2";
    private static readonly TimeSpan MovePatience = TimeSpan.FromSeconds(60);
    private readonly Guest _blinky = new("blinky-counter", "firmware-images/blinky-counter/blinky-counter.vm.yaml", new Transcript("beat", checksSum: true));
    private readonly Guest _thermostat = new("thermostat", "firmware-images/thermostat/thermostat.vm.yaml", new Transcript("reading", checksSum: false));
    private readonly Guest? _python = File.Exists(MicroPython) ? new("micropython", "eng/Demo/micropython.vm.yaml", new Transcript("blink", checksSum: false)) : null;
    private readonly List<MoveNotes> _moves = [];

    private IReadOnlyList<Guest> Guests => _python is null ? [_blinky, _thermostat] : [_blinky, _thermostat, _python];

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
        await StartPythonAsync(cancellation);
        await HeardAsync(_blinky, 20, cancellation);
        await HeardAsync(_thermostat, 2, cancellation);

        await MoveAsync(_blinky, stage.Desk, stage.Pocket, cancellation);
        await MovePythonAsync(cancellation);
        await MoveAsync(_thermostat, stage.Desk, stage.Pocket, cancellation);
        screen.Say("the sensor on pocket gets warm: the thermostat, now there, switches pocket's relay");
        await WarmAsync(stage.Pocket, 24, cancellation);
        await Task.Delay(Scene, cancellation);

        await MoveAsync(_blinky, stage.Pocket, stage.Desk, cancellation);
        await HeardAsync(_blinky, _blinky.Transcript.Count + 20, cancellation);
        await HeardAsync(_thermostat, _thermostat.Transcript.Count + 1, cancellation);
    }

    private async Task StartPythonAsync(CancellationToken cancellation)
    {
        if (_python is null)
        {
            screen.Say($"{MicroPython} is missing (apt-get install firmware-microbit-micropython): on without MicroPython");
            return;
        }
        screen.Say($"MicroPython for the micro:bit starts on desk; somebody types a loop that blinks {Blinked}");
        await _python.StartAsync(stage.Desk, cancellation);
        await _python.TypeAsync(
            stage.Desk,
            [
                (">>> ", "from microbit import *"),
                (">>> ", "n = 0"),
                (">>> ", "while True: n += 1; pin0.write_digital(n % 2); print('blink', n); sleep(200)"),
                ("... ", ""),
            ],
            cancellation);
        await HeardAsync(_python, 3, cancellation);
    }

    private async Task MovePythonAsync(CancellationToken cancellation)
    {
        if (_python is null) return;
        await MoveAsync(_python, stage.Desk, stage.Pocket, cancellation);
        await HeardAsync(_python, _python.Transcript.Count + 5, cancellation);
        await BlinksAsync(stage.Pocket, cancellation);
    }

    // Seen at the board's pin, on and off.
    private async Task BlinksAsync(BoardProcess board, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(MovePatience);
        var seen = new HashSet<string?>();
        while (seen.Count < 2)
        {
            if (patience.IsCancellationRequested) throw new DemoException($"{Blinked} of {board.Name} does not blink");
            var now = await board.Service.GetAsync("v1/board", ControlJson.Default.BoardInfo, cancellation);
            seen.Add(now.Peripherals.Single(p => p.Role == Blinked).Observed.GetValueOrDefault("level"));
            await Task.Delay(20, cancellation);
        }
        screen.Say($"{Blinked} of {board.Name} blinks now");
    }

    private Task[] Listen(CancellationToken cancellation) =>
    [
        .. from guest in Guests from board in new[] { stage.Desk, stage.Pocket } select guest.ListenAsync(board, cancellation),
        WatchPinsAsync(stage.Desk, cancellation),
        WatchPinsAsync(stage.Pocket, cancellation),
        screen.RefreshAsync(Guests, cancellation),
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
        screen.Summarize(_moves, Guests);
        return Guests.All(guest => guest.Transcript.Fault is null);
    }
}
