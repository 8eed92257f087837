// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Benchmarks;

/// <summary>
/// Steady state: processor time of a long run less that of a shorter one, so that start-up and warm-up cancel out.
/// Ours against QEMU's system emulator, and the same kernel on the host as the limit.
/// </summary>
/// <param name="name">The suite's name.</param>
/// <param name="target">The machine.</param>
/// <param name="timesQemu">How much faster than QEMU it is to be in the mean.</param>
internal sealed class SteadySuite(string name, GuestTarget target, double timesQemu) : ISuite
{
    private const double ShortSeconds = 0.5, LongSeconds = 1.5; // of QEMU
    private const double TimesQemuCoreMark = 2.5, TimesQemuMixedPage = 10, TimesNativeCoreMark = 1 / 1.9;
    private readonly Lazy<QemuRunner> _qemu = new(() => new QemuRunner(target));
    private readonly OurRunner _ours = new();
    private readonly NativeRunner _native = new();

    private QemuRunner Qemu => _qemu.Value;

    public string Name => name;

    public IEnumerable<Figure> Measure(Session session)
    {
        List<double> ratios = [];
        foreach (var workload in session.WorkloadsOf(target))
        {
            var (ours, qemu, native) = MeasureOne(session, workload);
            var figure = Figure.Cost($"{Name}/{workload.Name}", "us/iter", ours, qemu, Qemu.Name, Target(workload));
            if (!IsSpecial(workload)) ratios.Add(figure.Ratio!.Value);
            yield return figure;
            if (native is { } limit)
                yield return Figure.Cost($"{Name}-native/{workload.Name}", "us/iter", ours, limit, "native", workload.Name == "coremark" ? TimesNativeCoreMark : null);
        }
        if (ratios.Count > 1) yield return Figure.Mean($"{Name}/geometric-mean", ratios, Qemu.Name, timesQemu);
    }

    private static bool IsSpecial(Workload workload) => workload.Name is "coremark" or "crc32-mixed";

    // Each kernel alone must not be slower; the mean has the higher target.
    private static double Target(Workload workload) => workload.Name switch
    {
        "coremark" => TimesQemuCoreMark,
        "crc32-mixed" => TimesQemuMixedPage,
        _ => 1,
    };

    private (double Ours, double Qemu, double? Native) MeasureOne(Session session, Workload workload)
    {
        var calibration = Calibration.Of(Qemu, workload);
        uint few = calibration.Iterations(ShortSeconds), many = calibration.Iterations(LongSeconds);
        List<double> ours = [], qemu = [], native = [];
        for (var round = 0; round < session.Rounds; round++)
        {
            qemu.Add(MicrosecondsPerIteration(Qemu, workload, few, many, out var expected));
            ours.Add(MicrosecondsPerIteration(_ours, workload, few, many, out var text));
            if (text != expected) throw new BenchmarkException($"{workload.Name} gives '{text}' in ours and '{expected}' in QEMU");
            if (workload.Native is not null) native.Add(MicrosecondsPerIteration(_native, workload, few, many, out _));
        }
        return (Statistics.Median(ours), Statistics.Median(qemu), native.Count == 0 ? null : Statistics.Median(native));
    }

    private static double MicrosecondsPerIteration(IRunner runner, Workload workload, uint few, uint many, out string text)
    {
        var shortRun = runner.Run(workload, few);
        var longRun = runner.Run(workload, many);
        text = workload.CheckedLines(longRun.Output);
        return Math.Max(longRun.Seconds - shortRun.Seconds, 1e-6) / (many - few) * 1e6;
    }
}
