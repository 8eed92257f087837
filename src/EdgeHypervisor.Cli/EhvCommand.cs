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

    /// <summary>What the commands are called, in the order of the help.</summary>
    private static readonly string[] Subcommands =
        ["run", "vm", "board", "move", "moves", "fleet", "adopt", "plugins", "status", "events", "metrics", "completion"];

    /// <summary>The command that can read this command line. Where that begins with a subcommand no other is made: all of them cost more than most runs.</summary>
    /// <remarks>Nor is a root command, which looks up the texts of its own options in the program's language at once.</remarks>
    public static Command For(string[] line) =>
        line is [var first, ..] && TryCreate(first) is { } asked ? Complete(new Command(Name), asked) : MakeAll();

    private static Command? TryCreate(string name) => name switch
    {
        "run" => RunCommand.Create(),
        "vm" => VmCommand.Create(),
        "board" => BoardCommand.Create(),
        "move" => MoveCommand.Create(),
        "moves" => MovesCommand.Create(),
        "fleet" => FleetCommand.Create(),
        "adopt" => AdoptCommand.Create(),
        "plugins" => PluginsCommand.Create(),
        "status" => ServiceCommands.Status(),
        "events" => ServiceCommands.Events(),
        "metrics" => ServiceCommands.Metrics(),
        "completion" => CompletionCommand.Create(),
        _ => null,
    };

    private static Command MakeAll()
    {
        var root = new RootCommand("Runs unmodified firmware in virtual machines, maps its pins to the board's, moves it between boards.");
        foreach (var help in root.Options.OfType<HelpOption>().ToArray()) root.Options.Remove(help);
        return Complete(root, Array.ConvertAll(Subcommands, name => TryCreate(name)!));
    }

    private static Command Complete(Command root, params Command[] subcommands)
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
        foreach (var subcommand in subcommands) root.Add(subcommand);
        return root;
    }
}
