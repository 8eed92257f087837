// SPDX-License-Identifier: Apache-2.0
using System.Text;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Cli;

/// <summary>The board's header as it lies on the board, pin 1 at the top left, and below it what has no pin.</summary>
internal static class HeaderDrawing
{
    private const string Line = "gpio";
    private const int Wide = 34;
    private const int Widest = 110;

    public static string Draw(BoardInfo board)
    {
        var drawing = new StringBuilder();
        drawing.AppendLine(Printable.Text($"{board.Name}  {board.Model}  {board.Architecture}"));
        var byPin = board.Peripherals.SelectMany(p => p.Pins.Select(pin => (pin, p))).ToLookup(pair => pair.pin, pair => pair.p);
        foreach (var row in (board.Header ?? []).Chunk(2)) DrawRow(drawing, byPin, row);
        foreach (var p in board.Peripherals.Where(p => p.Kind != Line || p.Pins.Count == 0 || p.Problem is not null))
            drawing.AppendLine(Elsewhere(p));
        return drawing.ToString().TrimEnd();
    }

    private static void DrawRow(StringBuilder drawing, ILookup<int, PeripheralInfo> byPin, HeaderPin[] row)
    {
        drawing.Append($"{Printable.Fit(Label(byPin, row[0]), Wide),Wide} {Light(byPin, row[0])} {row[0].Number,2} │");
        if (row.Length > 1) drawing.Append($" {row[1].Number,-2} {Light(byPin, row[1])} {Printable.Fit(Label(byPin, row[1]), Wide)}");
        drawing.AppendLine();
    }

    private static string Label(ILookup<int, PeripheralInfo> byPin, HeaderPin pin) =>
        byPin.Contains(pin.Number) ? string.Join(", ", byPin[pin.Number].Select(p => p.Role + Users(p))) : pin.Name;

    private static char Light(ILookup<int, PeripheralInfo> byPin, HeaderPin pin)
    {
        if (!byPin.Contains(pin.Number)) return pin.IsLine ? '·' : '▪';
        return byPin[pin.Number].First().Observed.GetValueOrDefault("level") switch
        {
            "1" or "high" or "true" => '●',
            null => '◦',
            _ => '○',
        };
    }

    private static string Elsewhere(PeripheralInfo p)
    {
        var now = p.Problem ?? string.Join("  ", p.Observed.Select(o => $"{o.Key} {o.Value}"));
        return Printable.Fit($"  {p.Role + Users(p),-32} {now}", Widest);
    }

    private static string Users(PeripheralInfo p) => p.Users.Count == 0 ? "" : $" ‹{string.Join(' ', p.Users.Select(u => u.Vm).Distinct())}›";
}
