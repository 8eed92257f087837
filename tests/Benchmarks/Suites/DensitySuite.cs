// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Benchmarks;

/// <summary>200 VMs that wait for an interrupt: memory beyond guest RAM for each, and processor time of all over 30 s.</summary>
internal sealed class DensitySuite : ISuite
{
    private const int Vms = 200, Seconds = 30;
    private const double MostKiBPerVm = 64, MostPercentOfOneCore = 1;

    public string Name => "density";

    public IEnumerable<Figure> Measure(Session session)
    {
        var run = ChildProcess.Run(Environment.ProcessPath!,
            [.. OurRunner.SelfArguments, DensityProcess.Command, Vms.ToString(CultureInfo.InvariantCulture), Seconds.ToString(CultureInfo.InvariantCulture)], RunLimits.Timeout);
        var values = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .ToDictionary(parts => parts[0], parts => double.Parse(parts[1], CultureInfo.InvariantCulture));
        yield return Figure.AtMost($"{Name}/memory-per-vm", "KiB", values[DensityProcess.KiBPerVm], MostKiBPerVm);
        yield return Figure.AtMost($"{Name}/cpu-of-{Vms}", "% of core", values[DensityProcess.PercentOfOneCore], MostPercentOfOneCore);
        yield return Figure.Report($"{Name}/managed-per-vm", "KiB", values[DensityProcess.ManagedKiBPerVm]);
        yield return Figure.Report($"{Name}/guest-ram-per-vm", "KiB", values[DensityProcess.GuestKiBPerVm]);
    }
}
