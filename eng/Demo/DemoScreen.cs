// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using EdgeHypervisor.ControlApi;
using Spectre.Console;

namespace EdgeHypervisor.Demo;

/// <summary>Where the demonstration is seen: drawn live in a terminal, or told line by line elsewhere.</summary>
internal sealed class DemoScreen
{
    private static readonly TimeSpan FrameInterval = TimeSpan.FromMilliseconds(100);
    private static readonly string[] Shown = ["led1", "led2", "relay1", "button1", "bme280"];
    private readonly bool _isLive;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, BoardInfo> _boards = new(StringComparer.Ordinal);
    private readonly List<string> _story = [];

    private DemoScreen(bool isLive) => _isLive = isLive;

    public static DemoScreen Create() => new(!Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Ansi);

    /// <summary>What happens now.</summary>
    public void Say(string text)
    {
        lock (_lock) _story.Add($"{DateTime.Now:HH:mm:ss}  {text}");
        if (!_isLive) Console.WriteLine(text);
    }

    public void Show(BoardInfo board)
    {
        lock (_lock) _boards[board.Name] = board;
    }

    /// <summary>Draws until cancelled.</summary>
    public async Task RefreshAsync(IReadOnlyList<Guest> guests, CancellationToken cancellation)
    {
        if (!_isLive) return;
        await AnsiConsole.Live(new Text("")).AutoClear(false).StartAsync(async live =>
        {
            while (!cancellation.IsCancellationRequested)
            {
                live.UpdateTarget(Draw(guests));
                await Task.Delay(FrameInterval, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            live.UpdateTarget(Draw(guests));
        });
    }

    public void Close()
    {
        if (_isLive) Console.WriteLine();
    }

    /// <summary>The end: what was moved, and whether anything was lost.</summary>
    public void Summarize(IReadOnlyList<MoveNotes> moves, IReadOnlyList<Guest> guests)
    {
        Console.WriteLine();
        Console.WriteLine($"{"MOVED",-16} {"FROM",-8} {"TO",-8} {"STOOD STILL",12} {"IN ALL",10} {"SENT",10}");
        foreach (var move in moves)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{move.Vm,-16} {move.From,-8} {move.To,-8} {move.DowntimeMs,9:0.0} ms {move.TotalMs,7:0} ms {move.SentBytes / 1024.0,6:0.0} KiB"));
        Console.WriteLine();
        foreach (var guest in guests)
        {
            var verdict = guest.Transcript.Fault is { } fault ? $"FAILED: {fault}" : "none lost, none repeated";
            Console.WriteLine($"{guest.Name}: {guest.Transcript.Count} lines counted, {verdict}");
        }
    }

    private Grid Draw(IReadOnlyList<Guest> guests)
    {
        lock (_lock)
        {
            var grid = new Grid().AddColumn().AddColumn().AddColumn();
            grid.AddRow([.. _boards.Values.Select(Pins)]);
            grid.AddRow([.. guests.Select(ConsoleOf)]);
            grid.AddRow(new Panel(new Text(string.Join('\n', _story.TakeLast(6)))) { Header = new PanelHeader("story"), Expand = true });
            return grid;
        }
    }

    private static Panel Pins(BoardInfo board)
    {
        var lines = board.Peripherals.Where(p => Shown.Contains(p.Role)).Select(p => $"{Light(p)} {p.Role,-8} {string.Join(' ', p.Users.Select(user => user.Vm))}");
        return new Panel(new Text(string.Join('\n', lines))) { Header = new PanelHeader($"board {board.Name}"), Width = 44 };
    }

    private static string Light(PeripheralInfo peripheral) => peripheral.Observed.GetValueOrDefault("level") switch
    {
        "1" or "high" => "●",
        null => peripheral.Observed.TryGetValue("temperature", out var celsius) ? $"{celsius}°" : " ",
        _ => "○",
    };

    private static Panel ConsoleOf(Guest guest)
    {
        var lines = guest.Transcript.Last(8).Select(line => $"{line.Board,-6} {(line.Text.Length > 32 ? line.Text[..32] : line.Text)}");
        return new Panel(new Text(string.Join('\n', lines))) { Header = new PanelHeader($"{guest.Name}'s console"), Width = 44 };
    }
}
