// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Boards;

/// <summary>A role that is promised to a VM's port, from the VM's creation to its end.</summary>
internal sealed record Reservation(string VirtualMachine, PortMapping Mapping, string Role);
