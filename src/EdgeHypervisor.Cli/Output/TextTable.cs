// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cli;

/// <summary>Plain aligned columns, good to read and to cut with other tools.</summary>
internal sealed class TextTable(params string[] headings)
{
    private const int Gap = 2;
    private const int Narrowest = 12;
    private readonly List<string[]> _rows = [headings];

    public TextTable Row(params string?[] cells)
    {
        _rows.Add([.. cells.Select(cell => string.IsNullOrEmpty(cell) ? "-" : Printable.Text(cell))]);
        return this;
    }

    /// <summary>Shortens what stands under a heading, so that rows are no longer than the width if that is possible.</summary>
    public TextTable Fit(int width, string heading)
    {
        var column = Array.IndexOf(headings, heading);
        var room = Math.Max(Narrowest, width - Widths().Where((_, other) => other != column).Sum(other => other + Gap));
        foreach (var row in _rows) row[column] = Printable.Fit(row[column], room);
        return this;
    }

    public void WriteTo(TextWriter output)
    {
        var widths = Widths();
        foreach (var row in _rows)
            output.WriteLine(string.Concat(row.Select((cell, column) => cell.PadRight(widths[column] + Gap))).TrimEnd());
    }

    private int[] Widths() => [.. Enumerable.Range(0, headings.Length).Select(column => _rows.Max(row => row[column].Length))];
}
