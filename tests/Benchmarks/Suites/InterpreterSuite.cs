// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Benchmarks;

/// <summary>The interpreter alone: guest instructions per second of processor time, after start-up, with translation off.</summary>
internal sealed class InterpreterSuite : ISuite
{
    private const double ShortSeconds = 0.3, LongSeconds = 1.3;
    private const double LeastMips = 450;
    private readonly OurRunner _ours = new("engine=interpreter");

    public string Name => "interpreter";

    public IEnumerable<Figure> Measure(Session session)
    {
        List<double> all = [];
        foreach (var workload in session.Workloads)
        {
            var calibration = Calibration.Of(_ours, workload);
            uint few = calibration.Iterations(ShortSeconds), many = calibration.Iterations(LongSeconds);
            var mips = Statistics.Median(Enumerable.Range(0, session.Rounds).Select(_ => Mips(workload, few, many)));
            all.Add(mips);
            yield return Figure.Report($"{Name}/{workload.Name}", "MIPS", mips);
        }
        if (all.Count > 0) yield return Figure.AtLeast($"{Name}/geometric-mean", "MIPS", Statistics.GeometricMean(all), LeastMips);
    }

    private double Mips(Workload workload, uint few, uint many)
    {
        var shortRun = _ours.Run(workload, few);
        var longRun = _ours.Run(workload, many);
        workload.CheckedLines(longRun.Output);
        return (Instructions(longRun) - Instructions(shortRun)) / (longRun.Seconds - shortRun.Seconds) / 1e6;
    }

    private static double Instructions(RunResult run)
    {
        var line = run.Errors.Split('\n').Last(line => line.StartsWith(GuestProcess.InstructionsLabel, StringComparison.Ordinal));
        return double.Parse(line.AsSpan(GuestProcess.InstructionsLabel.Length), CultureInfo.InvariantCulture);
    }
}
