// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Benchmarks;

/// <summary>What is to be measured in this run.</summary>
/// <param name="Root">The checkout.</param>
/// <param name="Rounds">How often each measurement is repeated, one runner after the other.</param>
/// <param name="Kernels">Only workloads whose name contains this.</param>
/// <param name="ElfFolder">A folder with further images and programs, CoreMark for one; null for none.</param>
internal sealed record Session(string Root, int Rounds, string Kernels, string? ElfFolder)
{
    private IReadOnlyList<Workload>? _workloads;

    public string ArtifactsFolder => Path.Combine(Root, "artifacts");

    public QemuRunner Qemu => field ??= new QemuRunner();

    /// <summary>The kernels of firmware-images/bench, and what the folder adds.</summary>
    public IReadOnlyList<Workload> Workloads => _workloads ??=
    [
        .. OwnWorkloads().Concat(ElfFolder is null ? [] : Workload.InFolder(ElfFolder, ElfFolder))
            .Where(workload => workload.Name.Contains(Kernels, StringComparison.Ordinal)),
    ];

    // Built natively here, since a committed program would fit one host only. Without a compiler there is no limit to show.
    private IEnumerable<Workload> OwnWorkloads()
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
        return Workload.InFolder(Path.Combine(bench, "images"), native);
    }
}
