// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Benchmarks;

/// <summary>From the start of the service's process to its "ready" on the notify socket, with a simulated board and no VMs: as installed (compiled ahead), and as built.</summary>
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
            var times = Times(installed, session);
            yield return Figure.AtMost($"{Name}/ready", "ms", Statistics.Median(times), MostMilliseconds);
            yield return Figure.Report($"{Name}/worst", "ms", times.Max());
        }
        else
        {
            Console.Error.WriteLine($"{Name}: nothing is installed in artifacts/installed, which `make bench` does; the service is measured as built only.");
        }
        yield return Figure.Report($"{Name}/ready-as-built", "ms", Statistics.Median(Times(ServiceProcess.AsBuilt, session)));
    }

    private static double[] Times(string program, Session session)
    {
        ServiceProcess.TimeToReady(program, session.Root); // fills the page cache
        return [.. Enumerable.Range(0, StartsPerRound * session.Rounds).Select(_ => ServiceProcess.TimeToReady(program, session.Root).TotalMilliseconds)];
    }
}
