// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>One requirement of a plan.</summary>
/// <param name="Subject">What: <c>machine</c>, <c>memory</c>, <c>gpio0/3</c>.</param>
/// <param name="Verdict"><c>ok</c> or <c>refused</c>.</param>
/// <param name="Detail">How it is met, or why it is not.</param>
public sealed record VmPlanItem(string Subject, string Verdict, string Detail);
