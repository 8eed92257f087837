// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Benchmarks;

/// <summary>What is to be measured in this run.</summary>
/// <param name="Root">The checkout.</param>
/// <param name="Rounds">How often each measurement is repeated, one runner after the other.</param>
/// <param name="Kernels">Only workloads whose name contains this.</param>
/// <param name="ElfFolder">A folder with further images and programs, CoreMark for one; null for none.</param>
internal sealed record Session(string Root, int Rounds, string Kernels, string? ElfFolder)
{
    private readonly Dictionary<GuestTarget, IReadOnlyList<Workload>> _workloads = [];

    public string ArtifactsFolder => Path.Combine(Root, "artifacts");

    public QemuRunner Qemu => field ??= new QemuRunner(GuestTarget.RiscV64);

    /// <summary>The kernels of firmware-images/bench for virt-rv64, and what the folder adds.</summary>
    public IReadOnlyList<Workload> Workloads => WorkloadsOf(GuestTarget.RiscV64);

    /// <summary>The same for any machine.</summary>
    public IReadOnlyList<Workload> WorkloadsOf(GuestTarget target)
    {
        if (_workloads.TryGetValue(target, out var workloads)) return workloads;
        var all = OwnWorkloads(target).Concat(ElfFolder is null ? [] : Workload.InFolder(ElfFolder, ElfFolder, target));
        return _workloads[target] = [.. all.Where(workload => workload.Name.Contains(Kernels, StringComparison.Ordinal))];
    }

    // Built natively here, since a committed program would fit one host only. Without a compiler there is no limit to show.
    private IEnumerable<Workload> OwnWorkloads(GuestTarget target)
    {
        var bench = Path.Combine(Root, "firmware-images", "bench");
        var native = Path.Combine(ArtifactsFolder, "bench-native");
        Directory.CreateDirectory(native);
        try
        {
            ChildProcess.Run("make", ["-s", "-C", bench, "native", $"NATIVE_OUTPUT={native}"], RunLimits.Timeout);
        }
        catch (Exception problem) when (problem is BenchmarkException or System.ComponentModel.Win32Exception)
        {
            Console.Error.WriteLine($"The kernels could not be built for this host, so native figures are missing: {problem.Message}");
        }
        return Workload.InFolder(Path.Combine(bench, "images"), native, target);
    }
}
