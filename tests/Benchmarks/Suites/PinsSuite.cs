// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Benchmarks;

/// <summary>How often a second of processor time a guest toggles a line of the simulated board, which counts each change; and where it remembers them too.</summary>
internal sealed class PinsSuite : ISuite
{
    private const int Toggles = 40_000_000;
    private const double LeastMillionPerSecond = 20;

    public string Name => "pins";

    public IEnumerable<Figure> Measure(Session session)
    {
        yield return Figure.AtLeast($"{Name}/simulated-toggles", "M/s", Million(session, "driver: simulated.gpio, line: 17"), LeastMillionPerSecond);
        yield return Figure.Report($"{Name}/simulated-toggles-traced", "M/s", Million(session, "driver: simulated.gpio, line: 17, trace: 1024"));
    }

    private static double Million(Session session, string driver)
    {
        var run = ChildProcess.Run(Environment.ProcessPath!,
            [.. OurRunner.SelfArguments, PinsProcess.Command, driver, Toggles.ToString(CultureInfo.InvariantCulture), session.Rounds.ToString(CultureInfo.InvariantCulture)], RunLimits.Timeout);
        return Statistics.Median(run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => double.Parse(line, CultureInfo.InvariantCulture))) / 1e6;
    }
}
