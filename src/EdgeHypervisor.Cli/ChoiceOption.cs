// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.CommandLine.Completions;

namespace EdgeHypervisor.Cli;

/// <summary>An option whose values a shell can complete. It is told of them when one asks: what that takes is more than all else of an option.</summary>
internal sealed class ChoiceOption(string name, params string[] values) : Option<string?>(name)
{
    public override IEnumerable<CompletionItem> GetCompletions(CompletionContext context)
    {
        if (CompletionSources.Count == 0) CompletionSources.Add(values);
        return base.GetCompletions(context);
    }
}
