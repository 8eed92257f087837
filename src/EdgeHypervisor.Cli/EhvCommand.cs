// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.CommandLine.Help;

namespace EdgeHypervisor.Cli;

/// <summary>The command <c>ehv</c>: runs firmware, and talks to the service.</summary>
internal static class EhvCommand
{
    private static readonly string[] Examples =
    [
        "ehv run firmware-images/hello/hello-rv64.elf --machine virt-rv64",
        "ehv vm create blinky.vm.yaml --start",
        "ehv board watch",
        "ehv move blinky pocket",
    ];

    public static RootCommand Create()
    {
        var root = new RootCommand("Runs unmodified firmware in virtual machines, maps its pins to the board's, moves it between boards.");
        foreach (var help in root.Options.OfType<HelpOption>().ToArray()) root.Options.Remove(help);
        root.Add(new HelpOption("--help", "-h") { Action = new HelpWithExamples(Examples) });
        root.Add(GlobalOptions.Socket);
        root.Add(GlobalOptions.Format);
        root.Add(RunCommand.Create());
        root.Add(VmCommand.Create());
        root.Add(BoardCommand.Create());
        root.Add(MoveCommand.Create());
        root.Add(MovesCommand.Create());
        root.Add(FleetCommand.Create());
        root.Add(AdoptCommand.Create());
        root.Add(PluginsCommand.Create());
        root.Add(ServiceCommands.Status());
        root.Add(ServiceCommands.Events());
        root.Add(ServiceCommands.Metrics());
        root.Add(CompletionCommand.Create());
        return root;
    }
}
