// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Boards;

/// <summary>Owns an opened peripheral and shares it among VMs.</summary>
internal interface IArbiter : IDisposable
{
    /// <summary>Gives a VM's port its hold on the peripheral. The planner has made sure that policies fit.</summary>
    IBinding Bind(PortMapping mapping, PortOwner owner);
}
