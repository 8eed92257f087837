// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Boards;

/// <summary>Ports that lead where a VM's manifest maps them.</summary>
public interface IMappedPorts : IPortProvider
{
    /// <summary>Mappings of ports that no device has asked for, once all devices are made: those ports do not exist.</summary>
    IEnumerable<PortMapping> Unused { get; }
}
