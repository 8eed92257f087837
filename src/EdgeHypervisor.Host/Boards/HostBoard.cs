// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Host;

/// <summary>The board that this service runs on.</summary>
internal sealed class HostBoard(BoardDescription description, string name) : IDisposable
{
    public string Name { get; } = name;

    public BoardDescription Description { get; } = description;

    /// <summary>Where the ports of a VM's devices lead, by its manifest.</summary>
    public VmPorts CreatePorts(VirtualMachineDescription vm)
    {
        _ = vm;
        var consoles = new ConsolePorts();
        return new VmPorts(consoles, () => consoles.Consoles.GetValueOrDefault("uart0"));
    }

    public void Dispose()
    {
    }
}
