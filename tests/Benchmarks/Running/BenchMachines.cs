// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Composition;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.PluginLoading;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Benchmarks;

/// <summary>Builds machines as the service does: from the machine's description, with the installed plugins.</summary>
internal sealed class BenchMachines(int workers) : IDisposable
{
    private readonly PluginRepository _plugins = new(Installation.PluginFolders);
    private readonly VmScheduler _scheduler = new(workers);
    private readonly MachineLibrary _machines = new(Installation.MachineFolders);

    public VirtualMachine Build(string name, string elf, int? memoryMiB, IPortProvider ports, IReadOnlyList<string> coreOptions, uint iterations = 0)
    {
        var target = GuestTarget.Of(elf);
        var manifest = new VirtualMachineDescription
        {
            Name = name,
            Machine = target.Machine,
            Firmware = elf,
            CoreOptions = coreOptions.Concat(target.CoreOptions).Select(option => option.Split('=', 2)).DistinctBy(parts => parts[0]).ToDictionary(parts => parts[0], parts => parts[1]),
        };
        if (memoryMiB is { } size) manifest = manifest with { MemoryBytes = (long)size << 20 };
        var machine = _machines.Load(manifest.Machine).Machine;
        var blueprint = MachineBlueprint.From(machine, manifest, MachineBlueprint.LoadFirmware(machine, elf));
        if (iterations > 0) blueprint = blueprint with { Images = [Parameters.Segment(iterations, target.ParametersAt)] };
        return VirtualMachineBuilder.From(blueprint, _scheduler, new PluginCatalog(_plugins)).Ports(ports).Build();
    }

    public void Dispose()
    {
        _scheduler.Dispose();
        _plugins.Dispose();
    }
}
