// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Composition;
using EdgeHypervisor.PluginLoading;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Cli;

/// <summary>Runs one machine until its guest switches itself off, fails, or somebody ends it.</summary>
internal static class ForegroundRun
{
    /// <returns>The guest's own exit code.</returns>
    public static async Task<int> RunAsync(CommandContext context, RunRequest request, CancellationToken cancellation)
    {
        var (vm, blueprint) = RunPlan.Make(request);
        using var plugins = new PluginRepository(request.PluginFolders.Length > 0 ? request.PluginFolders : Installation.PluginFolders);
        using var serial = SerialLines.Open(request.Serial, context);
        using var scheduler = new VmScheduler();
        var catalog = new PluginCatalog(plugins, line => Say(context, serial, line));
        using var ports = RunPorts.Create(vm, request.Board, catalog, line => Say(context, serial, line));
        using var machine = VirtualMachineBuilder.From(blueprint, scheduler, catalog)
            .Ports(ports.Provider)
            .Log((level, component, message) => Note(context, serial, level, component, message))
            .Build();
        var status = await RunAsync(machine, ports.Console, serial, cancellation);
        if (status is null) return ExitCode.Ok;
        if (status.State == VmState.Stopped) return status.ExitCode ?? ExitCode.Ok;
        Say(context, serial, status.ToString());
        return ExitCode.RunFailed;
    }

    private static async Task<VmStatus?> RunAsync(VirtualMachine machine, VmConsole? console, ISerialLine serial, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        serial.OnQuit(end.Cancel);
        var output = console is null ? Task.CompletedTask : CopyOutAsync(console, serial, end.Token);
        if (console is not null) serial.Start((bytes, token) => new ValueTask(console.WriteAsync(bytes, token)), end.Token);
        machine.Start();
        try
        {
            return await machine.WaitForAsync(status => status.State is VmState.Stopped or VmState.Faulted, end.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null; // Ctrl-A x
        }
        finally
        {
            await end.CancelAsync();
            await output;
        }
    }

    // What the guest said before its end is written before ours.
    private static async Task CopyOutAsync(VmConsole console, ISerialLine serial, CancellationToken ended)
    {
        var buffer = new byte[16 * 1024];
        var position = 0L;
        while (true)
        {
            while (console.Read(ref position, buffer) is var count and > 0) serial.Write(buffer.AsSpan(0, count));
            if (ended.IsCancellationRequested) return;
            await console.WaitForOutputAsync(position, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static void Note(CommandContext context, ISerialLine serial, VmLogLevel level, string component, string message)
    {
        if (level >= VmLogLevel.Warning) Say(context, serial, $"{component}: {message}");
    }

    private static void Say(CommandContext context, ISerialLine serial, string message) =>
        context.Error.Write($"ehv: {Printable.Text(message)}{(serial.IsInteractive ? "\r\n" : "\n")}");
}
