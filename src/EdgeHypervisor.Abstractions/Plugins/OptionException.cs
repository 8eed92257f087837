// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A setting that is missing, misspelt or does not fit; names the component and the setting.</summary>
/// <param name="owner">Whose setting: <c>device uart0</c>, <c>peripheral relay1</c>.</param>
/// <param name="option">The setting's name.</param>
/// <param name="problem">What is wrong with it.</param>
public sealed class OptionException(string owner, string option, string problem)
    : Exception($"{owner}: option '{option}': {problem}")
{
    /// <summary>Whose setting it is.</summary>
    public string Owner { get; } = owner;

    /// <summary>The setting's name.</summary>
    public string Option { get; } = option;

    /// <summary>What is wrong with it, without the names.</summary>
    public string Problem { get; } = problem;
}
