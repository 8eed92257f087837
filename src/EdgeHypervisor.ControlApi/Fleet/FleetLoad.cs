// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>How busy a board is: <c>$load</c>, retained.</summary>
/// <param name="Workers">Threads that run VMs.</param>
/// <param name="BusyPercent">How much of them the VMs used of late.</param>
/// <param name="GuestMemoryBytes">Memory for guests.</param>
/// <param name="UsedMemoryBytes">What of it is taken.</param>
/// <param name="Vms">The part of each VM in <paramref name="BusyPercent"/>.</param>
public sealed record FleetLoad(int Workers, double BusyPercent, long GuestMemoryBytes, long UsedMemoryBytes, IReadOnlyDictionary<string, double> Vms);
