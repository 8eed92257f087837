// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>A VM's use of a peripheral.</summary>
/// <param name="Vm">The VM.</param>
/// <param name="Port">The port of its machine: <c>gpio0/3</c>.</param>
/// <param name="Access">How it shares: <c>exclusive</c>, <c>shared</c>, …</param>
public sealed record PeripheralUser(string Vm, string Port, string Access);
