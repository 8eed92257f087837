// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Boards;
using EdgeHypervisor.Composition;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Cli;

/// <summary>Where the machine's ports lead: to a board where one was named, else its serial lines to consoles and the rest nowhere.</summary>
internal sealed class RunPorts : IDisposable
{
    private readonly ConsolePorts _consoles;
    private readonly Board? _board;
    private Dictionary<string, LocalNetwork>? _networks;

    private RunPorts(VirtualMachineDescription vm, Board? board)
    {
        _consoles = new ConsolePorts(new VmBackends(vm, disk => vm.PathOf(disk.File), Network));
        _board = board;
        Provider = board is null ? _consoles : board.CreatePorts(vm, _consoles);
    }

    /// <summary>What the machine is given.</summary>
    public IPortProvider Provider { get; }

    /// <summary>The consoles that <c>--serial</c> is about: of serial ports that the manifest does not map.</summary>
    public IReadOnlyDictionary<string, VmConsole> Consoles => _consoles.Consoles;

    public static RunPorts Create(VirtualMachineDescription vm, string? boardFile, PluginCatalog plugins, Action<string> report)
    {
        if (boardFile is not null) return new RunPorts(vm, new Board(DescriptionReader.ReadBoard(boardFile), plugins, TimeProvider.System, report));
        if (vm.Map.Count > 0) report(Unmapped(vm));
        return new RunPorts(vm, null);
    }

    public void Dispose() => _board?.Dispose();

    private static string Unmapped(VirtualMachineDescription vm) =>
        $"no board: nothing is at {string.Join(", ", vm.Map.Select(mapping => mapping.Port))} (add --board FILE)";

    private LocalNetwork Network(string name)
    {
        _networks ??= new Dictionary<string, LocalNetwork>(StringComparer.Ordinal);
        return _networks.TryGetValue(name, out var there) ? there : _networks[name] = new LocalNetwork();
    }
}
