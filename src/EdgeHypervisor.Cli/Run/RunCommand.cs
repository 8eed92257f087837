// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;

namespace EdgeHypervisor.Cli;

/// <summary><c>ehv run</c>: one machine in the foreground, without the service.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var firmware = new Argument<string?>("FIRMWARE")
        {
            Description = "An ELF or Intel HEX file, raw bytes, or a *.vm.yaml manifest; with --kernel by default the OpenSBI that is installed",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var kernel = new Option<string?>("--kernel") { Description = "What the firmware starts: a kernel's flat image, or one that gzip compressed", HelpName = "FILE" };
        var initrd = new Option<string?>("--initrd") { Description = "The kernel's initial file system", HelpName = "FILE" };
        var append = new Option<string?>("--append") { Description = "The kernel's command line", HelpName = "TEXT" };
        var disk = new Option<string[]>("--disk") { Description = "A file as a disk (else as the device disk0); may be repeated", HelpName = "[DEVICE=]FILE[,readonly]" };
        var net = new Option<string[]>("--net") { Description = "Puts a network card (else net0) on a network of this name, whose gateway answers at 10.0.2.2", HelpName = "[DEVICE=]NETWORK" };
        var load = new Option<string[]>("--load") { Description = "Also loads a file into memory, at each reset; may be repeated", HelpName = "ADDRESS=FILE" };
        var machine = new Option<string?>("--machine", "-M") { Description = "The machine: a name such as virt-rv64 (with --kernel the default), or its file", HelpName = "MACHINE" };
        var memory = new Option<string?>("--memory", "-m") { Description = "Guest memory (else 4Mi, with --kernel 128Mi)", HelpName = "SIZE" };
        var serial = new Option<string[]>("--serial") { Description = "Where a serial port or virtio console (else uart0) leads; may be repeated (else stdio)", HelpName = "[DEVICE=]stdio|pty|tcp:PORT|none" };
        var core = new Option<string[]>("--core") { Description = "A core's option; may be repeated", HelpName = "NAME=VALUE" };
        var map = new Option<string[]>("--map") { Description = "Maps a port to a role of the board; may be repeated", HelpName = "PORT=ROLE" };
        var board = new Option<string?>("--board") { Description = "The board's description", HelpName = "FILE" };
        var deterministic = new Option<bool>("--deterministic") { Description = "Time counts instructions: the same inputs, the same run" };
        var unpaced = new Option<bool>("--unpaced") { Description = "With --deterministic: as fast as it goes" };
        var gdb = new Option<string?>("--gdb")
        {
            Description = "Lets GDB attach (else at tcp:1234); with ,wait the machine stands still until it does",
            HelpName = "tcp:PORT[,wait]",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var trace = new Option<string?>("--trace") { Description = "Writes down what the guest does (ehv vm trace --help); - for standard error", HelpName = "FILE|-" };
        var traceEvents = TraceOptions.Events("--trace-events");
        var tracePc = TraceOptions.Pc("--trace-pc");
        var traceDevice = TraceOptions.Device("--trace-device");
        var traceLimit = TraceOptions.Limit("--trace-limit");
        var profile = new Option<bool>("--profile") { Description = "Says at the end where the guest spent its time" };
        var plugins = new Option<string[]>("--plugins") { Description = "Where more plugins are; may be repeated", HelpName = "FOLDER" };
        var machines = new Option<string[]>("--machines") { Description = "Where more machine descriptions are; may be repeated", HelpName = "FOLDER" };
        var command = new EhvSubcommand("run", "Runs one machine in the foreground, without the service; Ctrl-A x ends it")
        {
            firmware, kernel, initrd, append, load, machine, memory, disk, net, serial, core, map, board, gdb, trace, traceEvents, tracePc, traceDevice, traceLimit, profile,
            deterministic, unpaced, plugins, machines,
        };
        return command
            .WithExamples(
                "ehv run firmware-images/hello/hello-rv64.elf --machine virt-rv64",
                "ehv run firmware-images/echo/echo.vm.yaml --serial pty",
                "ehv run --kernel Image --initrd initrd.gz --append console=ttyS0 --disk root.img --net lan",
                "ehv run firmware.elf -M virt-rv64 --gdb tcp:1234,wait",
                "ehv run firmware.elf -M virt-rv64 --trace boot.trace --trace-events instructions,traps --trace-limit 20000",
                "ehv run firmware.elf -M virt-rv32 -m 1Mi --board boards/simulated-pi.yaml --map gpio0/3=led1")
            .DoesInForeground((context, cancellation) => ForegroundRun.Run(
                context,
                new RunRequest
                {
                    Firmware = context.Find(firmware),
                    Kernel = context.Get(kernel),
                    InitialFileSystem = context.Get(initrd),
                    CommandLine = context.Get(append),
                    Disks = context.Get(disk) ?? [],
                    Networks = context.Get(net) ?? [],
                    Load = context.Get(load) ?? [],
                    Machine = context.Get(machine),
                    Memory = context.Get(memory),
                    Serial = context.Get(serial) ?? [],
                    CoreOptions = context.Get(core) ?? [],
                    Map = context.Get(map) ?? [],
                    Board = context.Get(board),
                    Gdb = context.IsGiven(gdb) ? context.Get(gdb) ?? DebugPlace.Default : null,
                    Trace = context.Get(trace),
                    TraceEvents = context.Get(traceEvents),
                    TracePc = context.Get(tracePc),
                    TraceDevices = context.Get(traceDevice) ?? [],
                    TraceLimit = TraceOptions.LimitOf(context.Get(traceLimit), traceLimit.Name),
                    IsProfiled = IsSet(context, profile),
                    IsDeterministic = IsSet(context, deterministic),
                    IsUnpaced = IsSet(context, unpaced),
                    PluginFolders = context.Get(plugins) ?? [],
                    MachineFolders = context.Get(machines) ?? [],
                },
                cancellation));
    }

    // As the library does, whose own code for it is generic over bool: that would be compiled at each start.
    private static bool IsSet(CommandContext context, Option<bool> flag) =>
        context.Arguments.GetResult(flag) is { Implicit: false } given && (given.Tokens.Count == 0 || bool.Parse(given.Tokens[0].Value));
}
