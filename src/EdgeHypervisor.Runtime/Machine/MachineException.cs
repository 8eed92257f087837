// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>A machine that cannot be built as described: names the part and the problem.</summary>
/// <param name="part">Which part: <c>device uart0</c>, <c>memory ram</c>, <c>wire uart0/irq</c>.</param>
/// <param name="problem">What is wrong, and what would be right.</param>
public sealed class MachineException(string part, string problem) : Exception($"{part}: {problem}")
{
    /// <summary>Which part of the machine.</summary>
    public string Part { get; } = part;

    /// <summary>What is wrong with it.</summary>
    public string Problem { get; } = problem;
}
