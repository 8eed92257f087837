// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Boards;
using EdgeHypervisor.Composition;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.PluginLoading;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Cli;

/// <summary>Where the machine's ports lead: to a board where one was named, else its serial lines to consoles and the rest nowhere.</summary>
internal sealed class RunPorts : IDisposable
{
    private readonly ConsolePorts _consoles;
    private IDisposable? _board;
    private Dictionary<string, LocalNetwork>? _networks;

    private RunPorts(VirtualMachineDescription vm) =>
        Provider = _consoles = new ConsolePorts(vm is { Disks.Count: 0, Networks.Count: 0 } ? null : CreateBackends(vm));

    /// <summary>What the machine is given.</summary>
    public IPortProvider Provider { get; private set; }

    /// <summary>The consoles that <c>--serial</c> is about: of serial ports that the manifest does not map.</summary>
    public ConsolePorts Consoles => _consoles;

    public static RunPorts Create(VirtualMachineDescription vm, string? boardFile, PluginRepository plugins, Action<string> report)
    {
        var ports = new RunPorts(vm);
        if (boardFile is not null) ports.LeadTo(DescriptionReader.ReadBoard(boardFile), vm, plugins, report);
        else if (vm.Map.Count > 0) report(Unmapped(vm));
        return ports;
    }

    public void Dispose() => _board?.Dispose();

    private VmBackends CreateBackends(VirtualMachineDescription vm) => new(vm, disk => vm.PathOf(disk.File), Network);

    // By itself: what it takes to make a board is not loaded where there is none.
    private void LeadTo(BoardDescription description, VirtualMachineDescription vm, PluginRepository plugins, Action<string> report)
    {
        var board = new Board(description, new DriverCatalog(plugins, report), TimeProvider.System, report);
        _board = board;
        Provider = board.CreatePorts(vm, _consoles);
    }

    private static string Unmapped(VirtualMachineDescription vm) =>
        $"no board: nothing is at {string.Join(", ", vm.Map.Select(mapping => mapping.Port))} (add --board FILE)";

    private LocalNetwork Network(string name)
    {
        _networks ??= new Dictionary<string, LocalNetwork>(StringComparer.Ordinal);
        return _networks.TryGetValue(name, out var there) ? there : _networks[name] = new LocalNetwork();
    }
}
