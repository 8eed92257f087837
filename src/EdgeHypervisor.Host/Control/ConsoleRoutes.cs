// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Runtime;
using Microsoft.AspNetCore.Http;

namespace EdgeHypervisor.Host;

/// <summary><c>/v1/vms/{vm}/console</c>: the connection becomes the VM's serial line; <c>/output</c>: what it has said of late.</summary>
internal sealed class ConsoleRoutes(VmTable table)
{
    private const int BufferBytes = 16 * 1024;

    public IEnumerable<Route> Routes =>
    [
        new("GET", "/v1/vms/{vm}/console", AttachAsync),
        new("GET", "/v1/vms/{vm}/console/output", OutputAsync),
    ];

    private async Task OutputAsync(HttpContext context)
    {
        var console = Console(table.GetName(context.Part("vm")));
        context.Response.ContentType = "application/octet-stream";
        var buffer = new byte[BufferBytes];
        var position = 0L;
        var end = console.OutputPosition;
        while (position < end && console.Read(ref position, buffer) is var count and > 0)
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, count), context.RequestAborted);
    }

    private async Task AttachAsync(HttpContext context)
    {
        var vm = table.GetName(context.Part("vm"));
        var console = Console(vm);
        await using var connection = await context.UpgradeAsync(ControlSocket.ConsoleProtocol, "a console");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, vm.Gone);
        var input = CopyInAsync(connection, console, end.Token);
        try
        {
            await CopyOutAsync(console, connection, end.Token);
        }
        catch (IOException)
        {
            // Whoever was attached is gone.
        }
        finally
        {
            await end.CancelAsync();
            await input;
        }
    }

    // To the VM's last word here, also when it has moved on.
    private static async Task CopyOutAsync(VmConsole console, Stream connection, CancellationToken ended)
    {
        var buffer = new byte[BufferBytes];
        var position = 0L; // whoever attaches sees what was said before
        while (true)
        {
            while (console.Read(ref position, buffer) is var count and > 0) await connection.WriteAsync(buffer.AsMemory(0, count), CancellationToken.None);
            await connection.FlushAsync(CancellationToken.None);
            if (ended.IsCancellationRequested) return;
            await console.WaitForOutputAsync(position, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // No more input is not the end: whoever only listens has none.
    private static async Task CopyInAsync(Stream connection, VmConsole console, CancellationToken ended)
    {
        var buffer = new byte[BufferBytes];
        try
        {
            while (await connection.ReadAsync(buffer, ended) is var count and > 0) await console.WriteAsync(buffer.AsMemory(0, count), ended);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The VM is gone, or whoever was attached.
        }
    }

    private static VmConsole Console(HostedVm vm)
    {
        if (vm.Console is { } console) return console;
        vm.GetMachine();
        throw Problems.Conflict(
            "no-console", "The VM has no console", $"every serial port of '{vm.Name}' is mapped, or it has none", vm.Name, "leave a serial port out of 'map:' in its manifest");
    }
}
