// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Runtime;
using Microsoft.AspNetCore.Http;

namespace EdgeHypervisor.Host;

/// <summary><c>/v1/vms/{vm}/gdb</c>: the connection becomes a debugger's, so that who may use the socket may debug, and nobody else.</summary>
internal sealed class DebugRoutes(VmTable table)
{
    public IEnumerable<Route> Routes => [new("GET", "/v1/vms/{vm}/gdb", AttachAsync)];

    private async Task AttachAsync(HttpContext context)
    {
        var vm = table.GetName(context.Part("vm"));
        using var debugger = Attach(vm);
        await using var connection = await context.UpgradeAsync(ControlSocket.GdbProtocol, "a debugger");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, vm.Gone);
        vm.Journal.Happened("vm-debugged", "a debugger is attached");
        await debugger.ServeAsync(connection, end.Token);
        vm.Journal.Happened("vm-debugged", "the debugger has left");
    }

    private static Debugger Attach(HostedVm vm)
    {
        try
        {
            return Debugger.TryAttach(vm.GetMachine())
                ?? throw Problems.Conflict("vm-debugged", "The VM is being debugged", $"another debugger is attached to '{vm.Name}'", vm.Name, "let it detach first");
        }
        catch (NotSupportedException e)
        {
            throw Problems.Unsupported(e.Message);
        }
    }
}
