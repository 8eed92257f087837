// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Text;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Boards;
using EdgeHypervisor.Composition;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.PluginLoading;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Benchmarks;

/// <summary>
/// What <see cref="PinsSuite"/> starts: <c>pin-tester</c> on a board of its own, wired to one peripheral exclusively, using it as
/// often as the whole path allows: core, bus, controller, port, arbiter, driver. Prints a <see cref="PinsRound"/> a line; the
/// first round is thrown away, since its code is compiled meanwhile.
/// </summary>
internal static class PinsProcess
{
    public const string Command = "pins";
    private const string Role = "pin";
    private const ushort Register = 0xD0;

    /// <param name="driver">The peripheral, as in a board file.</param>
    /// <param name="count">How often it is used in a round.</param>
    /// <param name="rounds">So many are told.</param>
    public static async Task<int> RunAsync(string driver, int count, int rounds)
    {
        var root = Checkout.Root;
        var elf = Path.Combine(root, "firmware-images", "pin-tester", "pin-tester-rv64.elf");
        var board = DescriptionReader.ParseBoard($"kind: Board\nname: bench\nperipherals:\n  {Role}: {{ {driver} }}\n", "bench");
        var isI2c = driver.Contains("i2c", StringComparison.Ordinal);
        var port = isI2c ? "i2c0" : "gpio0/3";
        var manifest = $"kind: VirtualMachine\nname: bench\nmachine: virt-rv64\nfirmware: {elf}\nmemory: 1Mi\nmap:\n  {port}: {{ to: {Role}, access: exclusive }}\n";

        using var plugins = new PluginRepository(Installation.PluginFolders);
        using var scheduler = new VmScheduler(1);
        using var peripherals = new Board(board, new DriverCatalog(plugins, Console.Error.WriteLine), TimeProvider.System, Console.Error.WriteLine);
        var vm = DescriptionReader.ParseVirtualMachine(manifest, "bench.vm.yaml");
        var machine = new MachineLibrary(Installation.MachineFolders).Load(vm.Machine).Machine;
        var consoles = new ConsolePorts();
        using var guest = VirtualMachineBuilder
            .From(MachineBlueprint.From(machine, vm, MachineBlueprint.LoadFirmware(machine, elf)), scheduler, new PluginCatalog(plugins))
            .Ports(peripherals.CreatePorts(vm, consoles)).Build();
        guest.Start();
        var console = consoles.Console("uart0");
        var position = 0L;
        await SaidAsync(console, "pin-tester").ConfigureAwait(false);
        var command = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{(isI2c ? $"i2c repeat 0x76 {Register}" : "toggle 3")} {count}\n"));
        for (var round = 0; round <= rounds; round++)
        {
            var ours = await MeasureAsync(async () =>
            {
                await console.WriteAsync(command).ConfigureAwait(false);
                await SaidAsync(console, "ok ").ConfigureAwait(false);
            }).ConfigureAwait(false);
            var plain = isI2c ? await MeasureAsync(() => Task.Run(() => ReadPlainly((II2cTarget)peripherals.Simulated(Role)))).ConfigureAwait(false) : default;
            if (round > 0) Console.WriteLine(new PinsRound(ours.Processor, ours.Wall, plain.Processor, plain.Wall));
        }
        return 0;

        async Task<(double Processor, double Wall)> MeasureAsync(Func<Task> work)
        {
            var (before, start) = (Process.GetCurrentProcess().TotalProcessorTime, Stopwatch.GetTimestamp());
            await work().ConfigureAwait(false);
            var wall = Stopwatch.GetElapsedTime(start);
            return (count / (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds, count / wall.TotalSeconds);
        }

        void ReadPlainly(II2cTarget target)
        {
            I2cMessage[] messages = [new(target.Address, false, new byte[] { (byte)Register }), new(target.Address, true, new byte[1])];
            for (var i = 0; i < count; i++) target.Transfer(messages);
        }

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
