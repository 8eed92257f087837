// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Text;
using EdgeHypervisor.Boards;
using EdgeHypervisor.Composition;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.PluginLoading;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Benchmarks;

/// <summary>
/// What <see cref="PinsSuite"/> starts: <c>pin-tester</c> on a board of its own, wired to one line exclusively, toggling it as
/// fast as the whole path allows: core, bus, controller, port, arbiter, driver. Prints toggles per second of processor time,
/// one line a round; the first is thrown away, since its code is compiled meanwhile.
/// </summary>
internal static class PinsProcess
{
    public const string Command = "pins";
    private const string Role = "pin";

    public static async Task<int> RunAsync(string driver, int count, int rounds)
    {
        var root = Checkout.Root;
        var elf = Path.Combine(root, "firmware-images", "pin-tester", "pin-tester-rv64.elf");
        var board = DescriptionReader.ParseBoard($"kind: Board\nname: bench\nperipherals:\n  {Role}: {{ {driver} }}\n", "bench");
        var manifest = $"kind: VirtualMachine\nname: bench\nmachine: virt-rv64\nfirmware: {elf}\nmemory: 1Mi\nmap:\n  gpio0/3: {{ to: {Role}, access: exclusive }}\n";

        using var plugins = new PluginRepository(Installation.PluginFolders);
        using var scheduler = new VmScheduler(1);
        var catalog = new PluginCatalog(plugins, Console.Error.WriteLine);
        using var peripherals = new Board(board, catalog, TimeProvider.System, Console.Error.WriteLine);
        var vm = DescriptionReader.ParseVirtualMachine(manifest, "bench.vm.yaml");
        var machine = new MachineLibrary(Installation.MachineFolders).Load(vm.Machine).Machine;
        var consoles = new ConsolePorts();
        using var guest = VirtualMachineBuilder
            .From(MachineBlueprint.From(machine, vm, MachineBlueprint.LoadFirmware(machine, elf)), scheduler, catalog)
            .Ports(peripherals.CreatePorts(vm, consoles)).Build();
        guest.Start();
        var console = consoles.Console("uart0");
        var position = 0L;
        await SaidAsync(console, "pin-tester").ConfigureAwait(false);
        for (var round = 0; round <= rounds; round++)
        {
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            await console.WriteAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"toggle 3 {count}\n"))).ConfigureAwait(false);
            await SaidAsync(console, "toggles").ConfigureAwait(false);
            var seconds = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
            if (round > 0) Console.WriteLine((count / seconds).ToString(CultureInfo.InvariantCulture));
        }
        return 0;

        async Task SaidAsync(VmConsole from, string text)
        {
            var said = new StringBuilder();
            var buffer = new byte[1024];
            while (true)
            {
                while (from.Read(ref position, buffer) is var read and > 0) said.Append(Encoding.ASCII.GetString(buffer, 0, read));
                if (said.ToString() is var so && so.Contains(text, StringComparison.Ordinal) && so.EndsWith('\n')) return;
                await from.WaitForOutputAsync(position).ConfigureAwait(false);
            }
        }
    }
}
