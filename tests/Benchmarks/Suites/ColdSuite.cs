// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Benchmarks;

/// <summary>Short jobs: processor time of the whole process, start-up and translation counted, sized to run 0.1, 0.5 and 3 s in QEMU.</summary>
internal sealed class ColdSuite : ISuite
{
    private static readonly double[] SizesSeconds = [0.1, 0.5, 3];
    private readonly OurRunner _ours = new();

    public string Name => "cold";

    public IEnumerable<Figure> Measure(Session session)
    {
        var calibrations = session.Workloads.ToDictionary(workload => workload, workload => Calibration.Of(session.Qemu, workload));
        foreach (var size in SizesSeconds)
        {
            var label = $"{Name}-{size.ToString(CultureInfo.InvariantCulture)}s";
            List<double> ratios = [];
            foreach (var (workload, calibration) in calibrations)
            {
                var figure = MeasureOne(session, workload, label, calibration.Iterations(size));
                ratios.Add(figure.Ratio!.Value);
                yield return figure;
            }
            if (ratios.Count > 1) yield return Figure.Mean($"{label}/geometric-mean", ratios, session.Qemu.Name, target: 1);
        }
    }

    private Figure MeasureOne(Session session, Workload workload, string label, uint iterations)
    {
        List<double> ours = [], qemu = [];
        for (var round = 0; round < session.Rounds; round++)
        {
            qemu.Add(session.Qemu.Run(workload, iterations).Seconds);
            ours.Add(_ours.Run(workload, iterations).Seconds);
        }
        return Figure.Cost($"{label}/{workload.Name}", "s", Statistics.Median(ours), Statistics.Median(qemu), session.Qemu.Name, ratioTarget: null);
    }
}
