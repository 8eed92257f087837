// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Benchmarks;

/// <summary>What <see cref="DensitySuite"/> starts: many idle VMs in one process. Prints <c>name value</c> lines.</summary>
internal static class DensityProcess
{
    public const string Command = "density";
    public const string KiBPerVm = "kib-per-vm", GuestKiBPerVm = "guest-kib-per-vm", ManagedKiBPerVm = "managed-kib-per-vm", PercentOfOneCore = "percent-of-one-core";

    private const int WarmUpVms = 50; // code and caches that all share: .NET compiles again what has been called 30 times
    private static readonly TimeSpan SettlingTime = TimeSpan.FromSeconds(5); // background compilation and collection end

    public static async Task<int> RunAsync(int count, int seconds)
    {
        using var bench = new BenchMachines(workers: 0);
        List<VirtualMachine> vms = [];
        await AddIdleVmsAsync(bench, vms, WarmUpVms).ConfigureAwait(false);
        await Task.Delay(SettlingTime).ConfigureAwait(false);
        var before = ResidentMemory.Settled();
        var managedBefore = GC.GetTotalMemory(forceFullCollection: false);
        await AddIdleVmsAsync(bench, vms, count).ConfigureAwait(false);
        await Task.Delay(SettlingTime).ConfigureAwait(false);
        var after = ResidentMemory.Settled();
        var managed = GC.GetTotalMemory(forceFullCollection: false) - managedBefore;

        await Task.Delay(SettlingTime).ConfigureAwait(false);
        var cpuBefore = Process.GetCurrentProcess().TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        await Task.Delay(TimeSpan.FromSeconds(seconds)).ConfigureAwait(false);
        var cpu = Process.GetCurrentProcess().TotalProcessorTime - cpuBefore;

        Print(KiBPerVm, (after.HostKiB - before.HostKiB) / (double)count);
        Print(ManagedKiBPerVm, managed / 1024.0 / count);
        Print(GuestKiBPerVm, (after.GuestKiB - before.GuestKiB) / (double)count);
        Print(PercentOfOneCore, 100 * cpu / watch.Elapsed);
        foreach (var vm in vms) vm.Dispose();
        return 0;
    }

    private static async Task AddIdleVmsAsync(BenchMachines bench, List<VirtualMachine> vms, int count)
    {
        var elf = Path.Combine(Checkout.Root, "firmware-images", "idle", "idle-rv64.elf");
        for (var i = 0; i < count; i++)
        {
            var ports = new ConsolePorts();
            var vm = bench.Build($"idle-{vms.Count}", elf, memoryMiB: 1, ports, coreOptions: []);
            vms.Add(vm);
            vm.Start();
            await OutputAsync(ports.Console("uart0"), "idle on rv64\r\n".Length).ConfigureAwait(false);
        }
    }

    // The guest's one line: after it the VM waits.
    private static async Task OutputAsync(VmConsole console, int bytes)
    {
        for (var position = console.OutputPosition; position < bytes; position = console.OutputPosition)
            await console.WaitForOutputAsync(position).ConfigureAwait(false);
    }

    private static void Print(string name, double value) => Console.WriteLine($"{name} {value.ToString(CultureInfo.InvariantCulture)}");
}
