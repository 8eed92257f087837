// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Host;

/// <summary>A VM that was put together.</summary>
/// <param name="Machine">The VM.</param>
/// <param name="Console">Its console; null when all its serial ports lead to the board.</param>
/// <param name="Unused">Mappings of ports that it does not have.</param>
internal sealed record BuiltVm(VirtualMachine Machine, VmConsole? Console, IReadOnlyList<PortMapping> Unused);
