// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Host;

/// <summary>A VM's ports.</summary>
/// <param name="Provider">What the VM is given.</param>
/// <param name="Console">The console of its first serial port that is not mapped; to be asked once the VM is built.</param>
/// <param name="Unused">Mappings of ports that it does not have; to be asked then, too.</param>
internal sealed record VmPorts(IPortProvider Provider, Func<VmConsole?> Console, Func<IReadOnlyList<PortMapping>> Unused);
