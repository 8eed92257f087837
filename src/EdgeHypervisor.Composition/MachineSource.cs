// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Composition;

/// <summary>A machine description and the text that it was read from, which stays with each VM of that machine.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Text">Its text.</param>
public sealed record MachineSource(MachineDescription Machine, string Text)
{
    /// <summary>Reads a machine's text.</summary>
    /// <exception cref="DescriptionException">It is wrong.</exception>
    public static MachineSource Parse(string text, string file) => new(DescriptionReader.ParseMachine(text, file), text);
}
