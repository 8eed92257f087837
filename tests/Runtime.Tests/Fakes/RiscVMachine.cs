// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Text;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Runtime.Tests;

/// <summary>The real machine virt-rv64 with the real plugins and a sample guest, its consoles at hand.</summary>
internal sealed class RiscVMachine : IDisposable
{
    private static readonly Lazy<PluginSet> Plugins = new(LoadPlugins);

    private readonly ConsolePorts _ports = new();
    private long _position;

    public RiscVMachine(VmScheduler scheduler, string guest, ClockSettings? clock = null, int memoryMi = 4, string machine = "virt-rv64", Action<VirtualMachine>? prepare = null, string? engine = null)
    {
        var file = Path.Combine(Repository.Root, "boards", "machines", $"{machine}.yaml");
        var description = DescriptionReader.ReadMachine(file);
        var firmware = FirmwareImage.Load(Repository.Find("firmware-images", guest, $"{guest}-{machine[5..]}.elf"));
        var manifest = new VirtualMachineDescription { Name = guest, Machine = machine, Firmware = firmware.Source, MemoryBytes = (long)memoryMi << 20 };
        if (engine is not null) manifest = manifest with { CoreOptions = new Dictionary<string, string> { ["engine"] = engine } };
        var blueprint = MachineBlueprint.From(description, manifest, firmware);
        Vm = VirtualMachineBuilder.From(blueprint with { Clock = clock ?? new ClockSettings() }, scheduler, Plugins.Value).Ports(_ports).Build();
        prepare?.Invoke(Vm);
    }

    public VirtualMachine Vm { get; }

    public VmConsole Console => _ports.Find("uart0")!;

    public StringBuilder Output { get; } = new();

    /// <summary>Sets a parameter of a sample guest (firmware-images/README.md); stays over resets.</summary>
    public static Action<VirtualMachine> Parameters(params (int Index, uint Value)[] values) => vm => vm.OnTurn(() =>
    {
        foreach (var (index, value) in values)
            Assert.True(vm.Memory.TryWrite(0x8000_0800 + (4 * (ulong)index), BitConverter.GetBytes(value)));
    });

    /// <summary>Waits until the guest has said something.</summary>
    public Task<string> ReadUntilAsync(string text) => ReadUntilAsync(output => output.Contains(text, StringComparison.Ordinal));

    /// <summary>Waits until what the guest has said so far fits.</summary>
    public async Task<string> ReadUntilAsync(Predicate<string> fits)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        while (!fits(ReadAll())) await Console.WaitForOutputAsync(_position, patience.Token);
        return Output.ToString();
    }

    /// <summary>The same for a guest that may come to its end before.</summary>
    public async Task ReadUntilOrEndAsync(string text)
    {
        var end = Vm.WaitForAsync(status => status.State is VmState.Stopped or VmState.Faulted);
        while (!ReadAll().Contains(text, StringComparison.Ordinal) && !end.IsCompleted)
            await Task.WhenAny(Console.WaitForOutputAsync(_position), end).WaitAsync(TimeSpan.FromMinutes(4));
    }

    /// <summary>All that the guest has said so far.</summary>
    public string ReadAll()
    {
        var buffer = new byte[4096];
        while (Console.Read(ref _position, buffer) is > 0 and var count) Output.Append(Encoding.ASCII.GetString(buffer, 0, count));
        return Output.ToString();
    }

    public void Dispose() => Vm.Dispose();

    private static PluginSet LoadPlugins()
    {
        var set = new PluginSet();
        foreach (var file in Directory.GetFiles(AppContext.BaseDirectory, "EdgeHypervisor.*.dll"))
        {
            if (!Path.GetFileName(file).Contains(".Cores.", StringComparison.Ordinal) && !Path.GetFileName(file).Contains(".Devices.", StringComparison.Ordinal)) continue;
            foreach (var plugin in Assembly.LoadFrom(file).GetCustomAttributes<EdgePluginAttribute>()) set.Add(plugin.Id, plugin.Create());
        }
        return set;
    }
}
