// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Benchmarks;

/// <summary>How fast a runner does a workload: what it costs to start, and iterations per second of processor time after that.</summary>
internal sealed record Calibration(double StartSeconds, double IterationsPerSecond)
{
    private const double EnoughSeconds = 0.25;

    /// <summary>Measures with as many iterations as take about so long.</summary>
    public static Calibration Of(IRunner runner, Workload workload, double enoughSeconds = EnoughSeconds)
    {
        var start = runner.Run(workload, 1).Seconds;
        for (var iterations = 64u; ; iterations *= 4)
        {
            var seconds = runner.Run(workload, iterations).Seconds - start;
            if (seconds >= enoughSeconds || iterations > uint.MaxValue / 8) return new Calibration(start, iterations / seconds);
        }
    }

    /// <summary>Iterations that take about this long.</summary>
    public uint Iterations(double seconds) => (uint)Math.Clamp(seconds * IterationsPerSecond, 1, uint.MaxValue);
}
