// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Boards;
using EdgeHypervisor.Composition;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Cli;

/// <summary>Where the machine's ports lead: to a board where one was named, else its serial lines to consoles and the rest nowhere.</summary>
internal sealed class RunPorts : IDisposable
{
    private const string FirstSerialPort = "uart0";
    private readonly ConsolePorts _consoles = new();
    private readonly Board? _board;

    private RunPorts(VirtualMachineDescription vm, Board? board)
    {
        _board = board;
        Provider = board?.CreatePorts(vm, _consoles) ?? _consoles;
    }

    /// <summary>What the machine is given.</summary>
    public IPortProvider Provider { get; }

    /// <summary>The console that <c>--serial</c> is about; null when the manifest maps that port.</summary>
    public VmConsole? Console => _consoles.Consoles.GetValueOrDefault(FirstSerialPort);

    public static RunPorts Create(VirtualMachineDescription vm, string? boardFile, PluginCatalog plugins, Action<string> report)
    {
        if (boardFile is not null) return new RunPorts(vm, new Board(DescriptionReader.ReadBoard(boardFile), plugins, TimeProvider.System, report));
        if (vm.Map.Count > 0)
            report($"no board: nothing is at {string.Join(", ", vm.Map.Select(mapping => mapping.Port))} (add --board FILE)");
        return new RunPorts(vm, null);
    }

    public void Dispose() => _board?.Dispose();
}
