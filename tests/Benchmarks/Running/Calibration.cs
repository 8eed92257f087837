// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Benchmarks;

/// <summary>How fast a runner does a workload: what it costs to start, and iterations per second of processor time after that.</summary>
internal sealed record Calibration(double StartSeconds, double IterationsPerSecond)
{
    private const double EnoughSeconds = 0.25;

    /// <summary>A busy machine only makes a run longer: the shortest of so many is believed.</summary>
    private const int Runs = 3;

    /// <summary>Measures with as many iterations as take about so long.</summary>
    public static Calibration Of(IRunner runner, Workload workload, double enoughSeconds = EnoughSeconds)
    {
        var start = Shortest(runner, workload, 1);
        for (var iterations = 64u; ; iterations *= 4)
        {
            if (runner.Run(workload, iterations).Seconds - start < enoughSeconds && iterations <= uint.MaxValue / 8) continue;
            return new Calibration(start, iterations / Math.Max(Shortest(runner, workload, iterations) - start, start / 10));
        }
    }

    private static double Shortest(IRunner runner, Workload workload, uint iterations)
    {
        var shortest = double.PositiveInfinity;
        for (var run = 0; run < Runs; run++) shortest = Math.Min(shortest, runner.Run(workload, iterations).Seconds);
        return shortest;
    }

    /// <summary>Iterations that take about this long.</summary>
    public uint Iterations(double seconds) => (uint)Math.Clamp(seconds * IterationsPerSecond, 1, uint.MaxValue);
}
