// SPDX-License-Identifier: Apache-2.0
using System.Text;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Cli;

/// <summary>The 40-pin header as it lies on the board, pin 1 at the top left, and below it what has no pin.</summary>
internal static class HeaderDrawing
{
    private const int Pins = 40;
    private const int Wide = 34;

    public static string Draw(BoardInfo board)
    {
        var drawing = new StringBuilder();
        drawing.AppendLine($"{Printable.Text(board.Name)} ({Printable.Text(board.Model)}), {board.Architecture}");
        var byPin = board.Peripherals.Where(p => p.Pin is >= 1 and <= Pins).ToLookup(p => p.Pin!.Value);
        for (var left = 1; left < Pins; left += 2) DrawRow(drawing, byPin, left);
        foreach (var p in board.Peripherals.Where(p => p.Pin is not (>= 1 and <= Pins))) drawing.AppendLine(Elsewhere(p));
        return drawing.ToString().TrimEnd();
    }

    private static void DrawRow(StringBuilder drawing, ILookup<int, PeripheralInfo> byPin, int left) =>
        drawing.AppendLine(
            $"{Fit(Label(byPin, left), Wide).PadLeft(Wide)} {Light(byPin, left)} {left,2} │ {left + 1,-2} {Light(byPin, left + 1)} {Fit(Label(byPin, left + 1), Wide)}".TrimEnd());

    private static string Label(ILookup<int, PeripheralInfo> byPin, int pin)
    {
        if (!byPin.Contains(pin)) return HeaderPins.NameOf(pin);
        return string.Join(", ", byPin[pin].Select(p => p.Users.Count == 0 ? p.Role : $"{p.Role} ‹{string.Join(' ', p.Users.Select(u => u.Vm))}›"));
    }

    private static char Light(ILookup<int, PeripheralInfo> byPin, int pin)
    {
        if (!byPin.Contains(pin)) return HeaderPins.IsSupply(pin) ? '▪' : '·';
        return byPin[pin].First().Observed.GetValueOrDefault("level") switch { "1" or "high" or "true" => '●', null => '◦', _ => '○' };
    }

    private static string Elsewhere(PeripheralInfo p)
    {
        var users = p.Users.Count == 0 ? "" : $" ‹{string.Join(' ', p.Users.Select(u => u.Vm))}›";
        var now = p.Problem ?? string.Join("  ", p.Observed.Select(o => $"{o.Key} {o.Value}"));
        return Printable.Text($"  {p.Role + users,-28} {now}");
    }

    private static string Fit(string text, int width)
    {
        text = Printable.Text(text);
        return text.Length <= width ? text : text[..(width - 1)] + "…";
    }
}
