// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Boards;

namespace EdgeHypervisor.Lending;

/// <summary>Whether and how a VM's ports lead to peripherals of other boards, found out before anything is touched.</summary>
/// <param name="Ports">Every such port.</param>
/// <param name="Problems">Everything that is in the way.</param>
public sealed record RemotePlan(IReadOnlyList<PlannedPort> Ports, IReadOnlyList<BindingProblem> Problems);
