// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Boards;

/// <summary>Whether and how a VM's ports bind to a board's peripherals, found out before anything is touched.</summary>
/// <param name="VirtualMachine">The VM's name.</param>
/// <param name="Board">The board's name.</param>
/// <param name="Ports">Every mapped port.</param>
/// <param name="Problems">Everything that is in the way; empty when the VM can run.</param>
public sealed record BindingPlan(
    string VirtualMachine, string Board, IReadOnlyList<PlannedPort> Ports, IReadOnlyList<BindingProblem> Problems)
{
    /// <summary>Whether nothing is in the way.</summary>
    public bool CanRun => Problems.Count == 0;
}
