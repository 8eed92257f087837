// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Benchmarks;

/// <summary>From the start of the service's process to its "ready" on the notify socket, with a simulated board and no VMs.</summary>
internal sealed class ServiceStartSuite : ISuite
{
    private const int StartsPerRound = 3;
    private const double MostMilliseconds = 300;

    public string Name => "service-start";

    public IEnumerable<Figure> Measure(Session session)
    {
        ServiceProcess.TimeToReady(session.Root); // fills the page cache
        var times = Enumerable.Range(0, StartsPerRound * session.Rounds).Select(_ => ServiceProcess.TimeToReady(session.Root).TotalMilliseconds).ToArray();
        yield return Figure.AtMost($"{Name}/ready", "ms", Statistics.Median(times), MostMilliseconds);
        yield return Figure.Report($"{Name}/worst", "ms", times.Max());
    }
}
