// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Benchmarks;

/// <summary>Runs suites, shows each figure when it is there, and writes all of them down.</summary>
internal sealed class Bench(Session session)
{
    /// <returns>0; 1 when something could not be measured. A missed target is a figure, not a failure.</returns>
    public int Run(IEnumerable<ISuite> suites)
    {
        List<Figure> figures = [];
        var broken = suites.Count(suite => !TryMeasure(suite, figures));
        var path = Path.Combine(session.ArtifactsFolder, "bench.json");
        FigureFile.Merge(path, figures);
        Console.WriteLine();
        FigureTable.Write(Console.Out, figures);
        Console.WriteLine($"\n{figures.Count} figures, {figures.Count(figure => figure.Met == false)} targets not met; all in {path}");
        return broken == 0 ? 0 : 1;
    }

    private bool TryMeasure(ISuite suite, List<Figure> figures)
    {
        try
        {
            foreach (var figure in suite.Measure(session))
            {
                figures.Add(figure);
                Console.WriteLine(FigureTable.Row(figure));
            }
            return true;
        }
        catch (BenchmarkException problem)
        {
            Console.Error.WriteLine($"{suite.Name}: {problem.Message}");
            return false;
        }
    }
}
