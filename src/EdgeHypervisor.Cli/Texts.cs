// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.CommandLine.Parsing;

namespace EdgeHypervisor.Cli;

/// <summary>Values that stay the texts that they are. The library looks into a table of all that a text could become, which is a hundredth of a short run.</summary>
internal static class Texts
{
    /// <summary>Has a command read so what of its options and arguments is a text, or a list of texts.</summary>
    public static void ReadIn(Command command)
    {
        foreach (var option in command.Options)
        {
            if (option is Option<string?> one) one.CustomParser = One;
            else if (option is Option<string[]> list) list.CustomParser = All;
        }
        foreach (var argument in command.Arguments)
        {
            if (argument is Argument<string?> one) one.CustomParser = One;
        }
    }

    private static string? One(ArgumentResult result) => result.Tokens.Count > 0 ? result.Tokens[^1].Value : null;

    private static string[] All(ArgumentResult result)
    {
        var texts = new string[result.Tokens.Count];
        for (var i = 0; i < texts.Length; i++) texts[i] = result.Tokens[i].Value;
        return texts;
    }
}
