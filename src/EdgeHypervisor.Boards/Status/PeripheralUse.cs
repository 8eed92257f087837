// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Boards;

/// <summary>A VM's port that a peripheral is promised to.</summary>
/// <param name="VirtualMachine">The VM's name.</param>
/// <param name="Port">Its port.</param>
/// <param name="Access">On which terms.</param>
public sealed record PeripheralUse(string VirtualMachine, PortName Port, AccessPolicy Access);
