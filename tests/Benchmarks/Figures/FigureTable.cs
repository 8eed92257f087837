// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Benchmarks;

/// <summary>The figures for people.</summary>
internal static class FigureTable
{
    public static void Write(TextWriter output, IEnumerable<Figure> figures)
    {
        output.WriteLine($"{"figure",-32}{"ours",12}{"peer",12}  {"unit",-10}{"times",8}{"target",10}");
        foreach (var figure in figures) output.WriteLine(Row(figure));
    }

    public static string Row(Figure figure) => string.Create(CultureInfo.InvariantCulture,
        $"{figure.Name,-32}{Number(figure.Ours),12}{Number(figure.Peer),12}  {figure.Unit,-10}{Number(figure.Ratio),8}{Target(figure),10}{Verdict(figure)}");

    private static string Target(Figure figure) => figure.Target is null ? "" : (figure.TargetOf == "ours at most" ? "<= " : ">= ") + Number(figure.Target);

    private static string Verdict(Figure figure) => figure.Met switch
    {
        true => "  met",
        false => "  NOT met",
        null => "",
    };

    private static string Number(double? value) => value switch
    {
        null => "",
        >= 1000 or <= -1000 => value.Value.ToString("N0", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("0.###", CultureInfo.InvariantCulture),
    };
}
