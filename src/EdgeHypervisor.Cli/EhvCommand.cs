// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.CommandLine.Help;

namespace EdgeHypervisor.Cli;

/// <summary>The command <c>ehv</c>: runs firmware, and talks to the service.</summary>
internal static class EhvCommand
{
    /// <summary>What it is called.</summary>
    public const string Name = "ehv";

    private static readonly string[] Examples =
    [
        "ehv run firmware-images/hello/hello-rv64.elf --machine virt-rv64",
        "ehv vm create blinky.vm.yaml --start",
        "ehv board watch",
        "ehv move blinky pocket",
    ];

    /// <summary>The commands by their names, in the order of the help.</summary>
    private static Subcommand[] Subcommands { get; } =
    [
        new("run", RunCommand.Create),
        new("vm", VmCommand.Create),
        new("board", BoardCommand.Create),
        new("move", MoveCommand.Create),
        new("moves", MovesCommand.Create),
        new("fleet", FleetCommand.Create),
        new("adopt", AdoptCommand.Create),
        new("plugins", PluginsCommand.Create),
        new("status", ServiceCommands.Status),
        new("events", ServiceCommands.Events),
        new("metrics", ServiceCommands.Metrics),
        new("completion", CompletionCommand.Create),
    ];

    /// <summary>The command that can read this command line. Where that begins with a subcommand no other is made: all of them cost more than most runs.</summary>
    /// <remarks>Nor is a root command, which looks up the texts of its own options in the program's language at once.</remarks>
    public static Command For(string[] line)
    {
        if (line is [var first, ..])
        {
            foreach (var asked in Subcommands)
            {
                if (asked.Name == first) return Complete(new Command(Name), [asked]);
            }
        }
        return MakeAll();
    }

    private static Command MakeAll()
    {
        var root = new RootCommand("Runs unmodified firmware in virtual machines, maps its pins to the board's, moves it between boards.");
        foreach (var help in root.Options.OfType<HelpOption>().ToArray()) root.Options.Remove(help);
        return Complete(root, Subcommands);
    }

    private static Command Complete(Command root, Subcommand[] subcommands)
    {
        root.Add(new Option<bool>("--help", "-h")
        {
            Description = "Show help and usage information",
            Recursive = true,
            Arity = ArgumentArity.Zero,
            Action = new HelpWithExamples(Examples),
        });
        root.Add(GlobalOptions.Socket);
        root.Add(GlobalOptions.Format);
        foreach (var subcommand in subcommands) root.Add(subcommand.Create());
        return root;
    }

    private sealed class Subcommand(string name, Func<Command> create)
    {
        public string Name => name;

        public Command Create() => create();
    }
}
