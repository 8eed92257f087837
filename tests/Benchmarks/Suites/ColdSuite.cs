// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Benchmarks;

/// <summary>
/// Short jobs, sized to run 0.1, 0.5 and 3 s in QEMU: processor time of the whole process, start-up and translation counted, of <c>ehv run</c> as
/// installed and of QEMU's system emulator, one after the other.
/// </summary>
internal sealed class ColdSuite : ISuite
{
    private static readonly double[] SizesSeconds = [0.1, 0.5, 3];

    public string Name => "cold";

    public IEnumerable<Figure> Measure(Session session)
    {
        var program = ServiceProcess.InstalledCommand(session.Root);
        if (!File.Exists(program))
        {
            Console.Error.WriteLine($"{Name}: nothing is installed in artifacts/installed, which `make bench` does.");
            yield break;
        }
        var ours = new InstalledRunner(program, session.ArtifactsFolder);
        var calibrations = session.Workloads.ToDictionary(workload => workload, workload => Calibration.Of(session.Qemu, workload));
        foreach (var size in SizesSeconds)
        {
            var label = $"{Name}-{size.ToString(CultureInfo.InvariantCulture)}s";
            List<double> ratios = [];
            foreach (var (workload, calibration) in calibrations)
            {
                var figure = MeasureOne(session, ours, workload, label, calibration.Iterations(size));
                ratios.Add(figure.Ratio!.Value);
                yield return figure;
            }
            if (ratios.Count > 1) yield return Figure.Mean($"{label}/geometric-mean", ratios, session.Qemu.Name, target: 1);
        }
    }

    private static Figure MeasureOne(Session session, InstalledRunner runner, Workload workload, string label, uint iterations)
    {
        List<double> ours = [], qemu = [];
        for (var round = 0; round < session.Rounds; round++)
        {
            var peer = session.Qemu.Run(workload, iterations);
            var run = runner.Run(workload, iterations);
            if (workload.CheckedLines(run.Output) != workload.CheckedLines(peer.Output))
                throw new BenchmarkException($"{workload.Name}: {runner.Name} says\n{run.Output}\n{session.Qemu.Name} says\n{peer.Output}");
            qemu.Add(peer.Seconds);
            ours.Add(run.Seconds);
        }
        return Figure.Cost($"{label}/{workload.Name}", "s", Statistics.Median(ours), Statistics.Median(qemu), session.Qemu.Name, ratioTarget: null);
    }
}
