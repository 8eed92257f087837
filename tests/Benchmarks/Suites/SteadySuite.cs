// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Benchmarks;

/// <summary>
/// Steady state: processor time of a long run less that of a shorter one, so that start-up and warm-up cancel out.
/// Ours against QEMU's system emulator, and the same kernel on the host as the limit.
/// </summary>
/// <remarks>
/// Each runner is sized by its own speed, so that the short run of each is long enough for whatever it translates to be
/// translated, and the difference is large against what start-up varies by. What that costs is the cold suite's.
/// </remarks>
/// <param name="name">The suite's name.</param>
/// <param name="target">The machine.</param>
/// <param name="timesQemu">How much faster than QEMU it is to be in the mean.</param>
/// <param name="timesQemuMixedPage">And with data beside code: QEMU is slow there for RISC-V; not for Cortex-M, whose pages are 1 KiB to it.</param>
internal sealed class SteadySuite(string name, GuestTarget target, double timesQemu, double timesQemuMixedPage) : ISuite
{
    private const double ShortSeconds = 1, LongSeconds = 4;
    private const double TimesQemuCoreMark = 2.5, TimesNativeCoreMark = 1 / 1.9;
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
    private double Target(Workload workload) => workload.Name switch
    {
        "coremark" => TimesQemuCoreMark,
        "crc32-mixed" => timesQemuMixedPage,
        _ => 1,
    };

    private (double Ours, double Qemu, double? Native) MeasureOne(Session session, Workload workload)
    {
        List<Sized> runners = [new(Qemu, workload), new(_ours, workload)];
        if (workload.Native is not null) runners.Add(new(_native, workload));
        CheckResults(workload, runners[0].Few);
        for (var round = 0; round < session.Rounds; round++)
        {
            foreach (var runner in runners) runner.Measure();
        }
        return (runners[1].MicrosecondsPerIteration, runners[0].MicrosecondsPerIteration, runners.Count < 3 ? null : runners[2].MicrosecondsPerIteration);
    }

    private void CheckResults(Workload workload, uint iterations)
    {
        var expected = workload.CheckedLines(Qemu.Run(workload, iterations).Output);
        var text = workload.CheckedLines(_ours.Run(workload, iterations).Output);
        if (text != expected) throw new BenchmarkException($"{workload.Name} gives '{text}' in ours and '{expected}' in QEMU");
    }

    /// <summary>A runner, and how many iterations of a workload are short and long for it.</summary>
    private sealed class Sized
    {
        private readonly IRunner _runner;
        private readonly Workload _workload;
        private readonly uint _many;
        private readonly List<double> _microseconds = [];

        public Sized(IRunner runner, Workload workload)
        {
            (_runner, _workload) = (runner, workload);
            var calibration = Calibration.Of(runner, workload, ShortSeconds);
            (Few, _many) = (calibration.Iterations(ShortSeconds), calibration.Iterations(LongSeconds));
        }

        public uint Few { get; }

        public double MicrosecondsPerIteration => Statistics.Median(_microseconds);

        public void Measure()
        {
            var seconds = -_runner.Run(_workload, Few).Seconds + _runner.Run(_workload, _many).Seconds;
            _microseconds.Add(Math.Max(seconds, 1e-6) / (_many - Few) * 1e6);
        }
    }
}
