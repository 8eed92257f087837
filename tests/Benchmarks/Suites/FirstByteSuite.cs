// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Benchmarks;

/// <summary>From asking for a VM to the first byte that its guest sends, in a process that runs already: built, started, booted.</summary>
internal sealed class FirstByteSuite : ISuite
{
    private const int VmsPerRound = 20;
    private const double MostMilliseconds = 10;

    public string Name => "first-byte";

    public IEnumerable<Figure> Measure(Session session)
    {
        using var bench = new BenchMachines(workers: 0);
        var elf = Path.Combine(session.Root, "firmware-images", "hello", "hello-rv64.elf");
        var first = MillisecondsToFirstByte(bench, elf).GetAwaiter().GetResult();
        var later = Enumerable.Range(0, VmsPerRound * session.Rounds).Select(_ => MillisecondsToFirstByte(bench, elf).GetAwaiter().GetResult()).ToArray();
        yield return Figure.AtMost($"{Name}/median", "ms", Statistics.Median(later), MostMilliseconds);
        yield return Figure.Report($"{Name}/first-in-process", "ms", first);
        yield return Figure.Report($"{Name}/worst", "ms", later.Max());
    }

    private static async Task<double> MillisecondsToFirstByte(BenchMachines bench, string elf)
    {
        var ports = new ConsolePorts();
        var watch = Stopwatch.StartNew();
        using var vm = bench.Build("first-byte", elf, memoryMiB: 1, ports, coreOptions: []);
        vm.Start();
        await ports.Console("uart0").WaitForOutputAsync(0).ConfigureAwait(false);
        var elapsed = watch.Elapsed;
        await vm.WaitForAsync(status => status.State == VmState.Stopped).ConfigureAwait(false);
        return elapsed.TotalMilliseconds;
    }
}
