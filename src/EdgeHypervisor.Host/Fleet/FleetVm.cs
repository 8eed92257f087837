// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Host;

/// <summary>What a board says of a VM that it owns: <c>vm/NAME</c>, retained. A hint: the journals decide who owns it.</summary>
/// <param name="State">As in the control API.</param>
/// <param name="Machine">The machine it is.</param>
/// <param name="Epoch">The ownership number.</param>
/// <param name="Reason">Why it is in this state.</param>
internal sealed record FleetVm(string State, string Machine, ulong Epoch, string? Reason = null);
