// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;

namespace EdgeHypervisor.Cli;

/// <summary>A command that can have examples at the end of its <c>--help</c>.</summary>
internal sealed class EhvSubcommand(string name, string description) : Command(name, description)
{
    public IReadOnlyList<string> Examples { get; private set; } = [];

    public EhvSubcommand WithExamples(params string[] examples)
    {
        Examples = examples;
        return this;
    }
}
