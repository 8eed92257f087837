// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Benchmarks;

/// <summary>
/// What <see cref="OurRunner"/> starts: boots an image on its machine with the installed plugins, passes its UART on, and
/// ends with the guest's exit code. The last line on the error stream is <c>instructions N</c>.
/// </summary>
internal static class GuestProcess
{
    public const string Command = "guest";
    public const string InstructionsLabel = "instructions ";

    public static async Task<int> RunAsync(string elf, uint iterations, IReadOnlyList<string> coreOptions)
    {
        using var bench = new BenchMachines(workers: 1);
        var ports = new ConsolePorts();
        using var vm = bench.Build("bench", elf, GuestTarget.Of(elf).MemoryMiB, ports, coreOptions, iterations);
        vm.Start();
        var status = await vm.WaitForAsync(status => status.State is VmState.Stopped or VmState.Faulted).ConfigureAwait(false);
        PassOn(ports.Console("uart0"));
        var made = vm.Statistics.Translation;
        await Console.Error.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"translated {made.RegionsMade} regions of {made.BytesMade} bytes in {made.Time.TotalMilliseconds:F0} ms")).ConfigureAwait(false);
        await Console.Error.WriteLineAsync(InstructionsLabel + vm.Statistics.Instructions.ToString(CultureInfo.InvariantCulture)).ConfigureAwait(false);
        if (status.State == VmState.Faulted) await Console.Error.WriteLineAsync(status.ToString()).ConfigureAwait(false);
        return status.ExitCode ?? 1;
    }

    private static void PassOn(VmConsole console)
    {
        using var output = Console.OpenStandardOutput();
        Span<byte> buffer = stackalloc byte[1024];
        for (long position = 0; console.Read(ref position, buffer) is var count and > 0;) output.Write(buffer[..count]);
    }
}
