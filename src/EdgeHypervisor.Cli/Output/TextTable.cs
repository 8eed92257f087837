// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cli;

/// <summary>Plain aligned columns, good to read and to cut with other tools.</summary>
internal sealed class TextTable(params string[] headings)
{
    private const int Gap = 2;
    private readonly List<string[]> _rows = [headings];

    public TextTable Row(params string?[] cells)
    {
        _rows.Add([.. cells.Select(cell => string.IsNullOrEmpty(cell) ? "-" : Printable.Text(cell))]);
        return this;
    }

    public void WriteTo(TextWriter output)
    {
        var widths = Enumerable.Range(0, headings.Length).Select(column => _rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in _rows)
            output.WriteLine(string.Concat(row.Select((cell, column) => cell.PadRight(widths[column] + Gap))).TrimEnd());
    }
}
