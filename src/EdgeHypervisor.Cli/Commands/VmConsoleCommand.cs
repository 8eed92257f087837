// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Cli;

/// <summary><c>ehv vm console</c>: the terminal becomes the VM's serial terminal.</summary>
internal static class VmConsoleCommand
{
    public static Command Create()
    {
        var vm = Suggest.Vm();
        var noFollow = new Option<bool>("--no-follow") { Description = "Print what there is, and end" };
        return new EhvSubcommand("console", "Its serial console; Ctrl-A x leaves it") { vm, noFollow }
            .WithExamples("ehv vm console echo", "ehv vm console blinky --no-follow | tail")
            .Does((context, cancellation) => context.Get(noFollow)
                ? PrintAsync(context, context.Get(vm), cancellation)
                : AttachAsync(context, context.Get(vm), cancellation));
    }

    private static async Task<int> PrintAsync(CommandContext context, string vm, CancellationToken cancellation)
    {
        await using var content = await context.Service.GetStreamAsync($"{VmCommand.PathOf(vm)}/console/output", cancellation);
        await using var output = Console.OpenStandardOutput();
        await content.CopyToAsync(output, cancellation);
        return ExitCode.Ok;
    }

    private static async Task<int> AttachAsync(CommandContext context, string vm, CancellationToken cancellation)
    {
        await using var connection = await context.Service.UpgradeAsync($"{VmCommand.PathOf(vm)}/console", ControlSocket.ConsoleProtocol, cancellation);
        using var terminal = HostTerminal.Open();
        if (terminal.IsInteractive) context.Error.WriteLine($"ehv: console of {vm}; Ctrl-A x leaves\r");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        terminal.OnQuit(end.Cancel);
        terminal.Start((bytes, token) => connection.WriteAsync(bytes, token), end.Token);
        try
        {
            await CopyOutAsync(connection, terminal, end.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Left with Ctrl-A x.
        }
        return ExitCode.Ok;
    }

    private static async Task CopyOutAsync(Stream connection, HostTerminal terminal, CancellationToken cancellation)
    {
        var buffer = new byte[16 * 1024];
        while (await connection.ReadAsync(buffer, cancellation) is var count and > 0) terminal.Write(buffer.AsSpan(0, count));
    }
}
