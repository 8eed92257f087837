// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions;

/// <summary>
/// How often a VM may use a peripheral. Beyond it bus transactions wait, and an output takes the last level asked for
/// when its turn has come.
/// </summary>
/// <param name="PerSecond">Changes or transactions a second, in the long run.</param>
/// <param name="Burst">How many of them at once, after a rest.</param>
public sealed record BudgetDescription(int PerSecond, int Burst);
