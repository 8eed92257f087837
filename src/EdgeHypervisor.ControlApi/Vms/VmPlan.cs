// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>What would happen: a new VM on this board (<c>POST /v1/plan</c>), or a move of one (<c>GET /v1/vms/{vm}/plan</c>).</summary>
/// <param name="Possible">Whether it can be done.</param>
/// <param name="Items">Each requirement and how it is met.</param>
public sealed record VmPlan(bool Possible, IReadOnlyList<VmPlanItem> Items);
