// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Cli;

/// <summary>
/// <c>ehv vm gdb</c>: GDB at a VM. The debugger's bytes go through the service's socket, so no port is open unless it is asked for.
/// </summary>
internal static class VmGdbCommand
{
    private const string DefaultDebugger = "gdb-multiarch";

    public static Command Create()
    {
        var vm = Suggest.Vm();
        var symbols = new Option<string?>("--symbols") { Description = "The firmware's ELF file, with its symbols", HelpName = "FILE" };
        var debugger = new Option<string>("--gdb") { Description = "Which GDB", HelpName = "PROGRAM", DefaultValueFactory = _ => DefaultDebugger };
        var port = new Option<ushort?>("--listen") { Description = "Start no GDB; wait for one (an IDE's, say) at this port of localhost", HelpName = "PORT" };
        var stdio = new Option<bool>("--stdio") { Description = "Be GDB's connection: target remote | ehv vm gdb VM --stdio" };
        return new EhvSubcommand("gdb", "Debugs its guest; it stands still until you let it continue") { vm, symbols, debugger, port, stdio }
            .WithExamples(
                "ehv vm gdb blinky --symbols blinky-counter-rv32.elf",
                "ehv vm gdb blinky --listen 1234",
                "gdb-multiarch -ex 'target remote | ehv vm gdb blinky --stdio'")
            .Does((context, cancellation) => (context.Get(stdio), context.Get(port)) switch
            {
                // Ctrl-C is for the debugger: its connection must outlive it.
                (true, _) => PipeAsync(context, context.Get(vm)),
                (_, { } number) => ListenAsync(context, context.Get(vm), number, cancellation),
                _ => DebugAsync(context, context.Get(vm), context.Get(debugger)!, context.Get(symbols)),
            });
    }

    private static async Task<int> PipeAsync(CommandContext context, string vm)
    {
        await using var service = await ConnectAsync(context, vm, CancellationToken.None);
        await using var input = Console.OpenStandardInput();
        await using var output = Console.OpenStandardOutput();
        await CopyBothWaysAsync(service, input, output, CancellationToken.None);
        return ExitCode.Ok;
    }

    private static async Task<int> ListenAsync(CommandContext context, string vm, ushort port, CancellationToken cancellation)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start(backlog: 1);
        }
        catch (SocketException e)
        {
            throw new UserErrorException($"cannot listen at localhost:{port}: {e.Message}", "name another port with --listen", ExitCode.Conflict);
        }
        context.Say($"target remote localhost:{((IPEndPoint)listener.LocalEndpoint).Port}");
        while (true)
        {
            using var client = await listener.AcceptTcpClientAsync(cancellation);
            client.NoDelay = true;
            await using var debugger = client.GetStream();
            await using var service = await ConnectAsync(context, vm, cancellation);
            await CopyBothWaysAsync(service, debugger, debugger, cancellation);
        }
    }

    private static async Task<int> DebugAsync(CommandContext context, string vm, string debugger, string? symbols)
    {
        if (symbols is not null && !File.Exists(symbols))
            throw new UserErrorException($"there is no file {symbols}", "name the firmware's ELF file", ExitCode.NotFound);
        // Refused before GDB is there, with the reason.
        await (await ConnectAsync(context, vm, CancellationToken.None)).DisposeAsync();
        var self = string.Join(' ', Myself().Select(Quote));
        var start = new ProcessStartInfo(debugger);
        start.Environment[ControlSocket.EnvironmentVariable] = context.SocketPath;
        if (symbols is not null) start.ArgumentList.Add(symbols);
        start.ArgumentList.Add("-ex");
        start.ArgumentList.Add($"target remote | {self} vm gdb {Quote(vm)} --stdio");
        try
        {
            using var process = Process.Start(start)!;
            await process.WaitForExitAsync(CancellationToken.None);
            return process.ExitCode;
        }
        catch (Win32Exception)
        {
            throw new UserErrorException(
                $"there is no {debugger} here", $"apt install {DefaultDebugger}, name another with --gdb, or connect one: --listen PORT", ExitCode.NotFound);
        }
    }

    private static Task<Stream> ConnectAsync(CommandContext context, string vm, CancellationToken cancellation) =>
        context.Service.UpgradeAsync($"{VmCommand.PathOf(vm)}/gdb", ControlSocket.GdbProtocol, cancellation);

    // Until either side has ended.
    private static async Task CopyBothWaysAsync(Stream service, Stream input, Stream output, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var toService = CopyAsync(input, service, end.Token);
        var fromService = CopyAsync(service, output, end.Token);
        await Task.WhenAny(toService, fromService);
        await end.CancelAsync();
        await fromService.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task CopyAsync(Stream from, Stream to, CancellationToken cancellation)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReadAsync(buffer, cancellation) is var count and > 0)
        {
            await to.WriteAsync(buffer.AsMemory(0, count), cancellation);
            await to.FlushAsync(cancellation);
        }
    }

    // As it was started: the program itself, or its .dll under dotnet.
    private static IEnumerable<string> Myself()
    {
        var program = Environment.ProcessPath!;
        yield return program;
        if (Path.GetFileNameWithoutExtension(program) == "dotnet") yield return Environment.GetCommandLineArgs()[0];
    }

    // GDB hands the line to a shell.
    private static string Quote(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
