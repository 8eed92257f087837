// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;

namespace EdgeHypervisor.Cli;

/// <summary><c>ehv run</c>: one machine in the foreground, without the service.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var firmware = new Argument<string>("FIRMWARE") { Description = "An ELF file, raw bytes, or a *.vm.yaml manifest" };
        var machine = new Option<string?>("--machine", "-M") { Description = "The machine: a name such as virt-rv64, or its file", HelpName = "MACHINE" };
        var memory = new Option<string?>("--memory", "-m") { Description = "Guest memory (else 4Mi)", HelpName = "SIZE" };
        var serial = new Option<string>("--serial") { Description = "Where the guest's first serial port leads", HelpName = "stdio|pty|tcp:PORT|none", DefaultValueFactory = _ => "stdio" };
        var core = new Option<string[]>("--core") { Description = "A core's option; may be repeated", HelpName = "NAME=VALUE" };
        var map = new Option<string[]>("--map") { Description = "Maps a port to a role of the board; may be repeated", HelpName = "PORT=ROLE" };
        var board = new Option<string?>("--board") { Description = "The board's description", HelpName = "FILE" };
        var deterministic = new Option<bool>("--deterministic") { Description = "Time counts instructions: the same inputs, the same run" };
        var unpaced = new Option<bool>("--unpaced") { Description = "With --deterministic: as fast as it goes" };
        var plugins = new Option<string[]>("--plugins") { Description = "Where plugins are; may be repeated", HelpName = "FOLDER" };
        var machines = new Option<string[]>("--machines") { Description = "Where machine descriptions are; may be repeated", HelpName = "FOLDER" };
        var command = new EhvSubcommand("run", "Runs one machine in the foreground, without the service; Ctrl-A x ends it")
        {
            firmware, machine, memory, serial, core, map, board, deterministic, unpaced, plugins, machines,
        };
        return command
            .WithExamples(
                "ehv run firmware-images/hello/hello-rv64.elf --machine virt-rv64",
                "ehv run firmware-images/echo/echo.vm.yaml --serial pty",
                "ehv run firmware.elf -M virt-rv32 -m 1Mi --board boards/simulated-pi.yaml --map gpio0/3=led1")
            .Does((context, cancellation) => ForegroundRun.RunAsync(
                context,
                new RunRequest
                {
                    Firmware = context.Get(firmware),
                    Machine = context.Get(machine),
                    Memory = context.Get(memory),
                    Serial = context.Get(serial)!,
                    CoreOptions = context.Get(core) ?? [],
                    Map = context.Get(map) ?? [],
                    Board = context.Get(board),
                    IsDeterministic = context.Get(deterministic),
                    IsUnpaced = context.Get(unpaced),
                    PluginFolders = context.Get(plugins) ?? [],
                    MachineFolders = context.Get(machines) ?? [],
                },
                cancellation));
    }
}
