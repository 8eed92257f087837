// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Benchmarks;

/// <summary>
/// From the start of the service's process to its "ready" on the notify socket, with a simulated board and no VMs: as installed (compiled
/// ahead), and as built; on a board that has been started before, and for the first time, when it makes its key pair.
/// </summary>
internal sealed class ServiceStartSuite : ISuite
{
    private const int StartsPerRound = 3;
    private const double MostMilliseconds = 300;

    public string Name => "service-start";

    public IEnumerable<Figure> Measure(Session session)
    {
        var installed = ServiceProcess.AsInstalled(session.Root);
        if (File.Exists(installed))
        {
            var (first, later) = Times(installed, session);
            yield return Figure.AtMost($"{Name}/ready", "ms", Statistics.Median(later), MostMilliseconds);
            yield return Figure.Report($"{Name}/worst", "ms", later.Max());
            yield return Figure.Report($"{Name}/first-ready", "ms", Statistics.Median(first));
        }
        else
        {
            Console.Error.WriteLine($"{Name}: nothing is installed in artifacts/installed, which `make bench` does; the service is measured as built only.");
        }
        yield return Figure.Report($"{Name}/ready-as-built", "ms", Statistics.Median(Times(ServiceProcess.AsBuilt, session).Later));
    }

    // In turn, so that both meet the same machine.
    private static (double[] First, double[] Later) Times(string program, Session session)
    {
        var folder = Directory.CreateTempSubdirectory("bench-data-");
        try
        {
            var kept = Path.Combine(folder.FullName, "kept");
            var starts = StartsPerRound * session.Rounds;
            var (first, later) = (new double[starts], new double[starts]);
            ServiceProcess.TimeToReady(program, session.Root, kept); // fills the page cache, too
            for (var i = 0; i < starts; i++)
            {
                first[i] = ServiceProcess.TimeToReady(program, session.Root, Path.Combine(folder.FullName, $"{i}")).TotalMilliseconds;
                later[i] = ServiceProcess.TimeToReady(program, session.Root, kept).TotalMilliseconds;
            }
            return (first, later);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
