// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.CommandLine.Parsing;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Cli;

/// <summary>What somebody is told whose command line is not one: what is wrong in a line, and where help is.</summary>
internal static class UsageError
{
    /// <summary>Tells it.</summary>
    /// <returns>The exit code.</returns>
    public static int Report(ParseResult arguments, TextWriter error)
    {
        var at = arguments.CommandResult;
        var command = string.Join(' ', PathOf(at));
        if (at.Command.Subcommands.Count > 0 && arguments.UnmatchedTokens.Count == 0 && arguments.Errors.Count == 1)
        {
            EhvCommand.For([]).Parse($"{command} --help").Invoke(); // who types half a command asks what there is
            return ExitCode.Usage;
        }
        foreach (var problem in Problems(at, arguments, command).Distinct()) error.WriteLine($"ehv: {problem}");
        error.WriteLine($"  help:  {command} --help");
        return ExitCode.Usage;
    }

    // A command that is not known would also be reported as one that is missing, and as an argument too many.
    private static IEnumerable<string> Problems(CommandResult at, ParseResult arguments, string command)
    {
        var commands = at.Command.Subcommands.Where(known => !known.Hidden).Select(known => known.Name).ToArray();
        if (commands.Length == 0 || arguments.UnmatchedTokens is not [var written, ..]) return arguments.Errors.Select(problem => problem.Message);
        return written.StartsWith('-')
            ? [$"'{command}' has no option '{written}'"]
            : [$"'{command}' has no command '{written}'; {Spelling.Hint(written, commands)}it has {string.Join(", ", commands)}"];
    }

    private static IEnumerable<string> PathOf(CommandResult at)
    {
        var names = new Stack<string>();
        for (SymbolResult? result = at; result is CommandResult command; result = result.Parent) names.Push(command.Command is RootCommand ? EhvCommand.Name : command.Command.Name);
        return names;
    }
}
