// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;
using Microsoft.AspNetCore.Http;

namespace EdgeHypervisor.Host;

/// <summary><c>/v1/vms/{vm}/snapshots</c> and <c>/v1/vms/{vm}/restore</c>.</summary>
internal sealed class SnapshotRoutes(VmTable table)
{
    private const long MaximumBytes = 8L << 30;

    public IEnumerable<Route> Routes =>
    [
        new("GET", "/v1/vms/{vm}/snapshots", context => context.WriteAsync(Vm(context).Folder.ListSnapshots(), ControlJson.Default.IReadOnlyListSnapshotInfo)),
        new("POST", "/v1/vms/{vm}/snapshots", SaveAsync),
        new("GET", "/v1/vms/{vm}/snapshots/{snapshot}", DownloadAsync),
        new("PUT", "/v1/vms/{vm}/snapshots/{snapshot}", UploadAsync),
        new("DELETE", "/v1/vms/{vm}/snapshots/{snapshot}", DeleteAsync),
        new("POST", "/v1/vms/{vm}/restore", RestoreAsync),
    ];

    private async Task SaveAsync(HttpContext context)
    {
        var vm = Vm(context);
        var name = Checked((await context.ReadAsync(ControlJson.Default.SnapshotRequest)).Name);
        var saved = await vm.ExclusiveAsync(
            () => !context.Asks("force") && File.Exists(vm.Folder.SnapshotPath(name))
                ? throw Problems.Conflict("snapshot-exists", "There is one already", $"VM '{vm.Name}' has a snapshot '{name}' already", vm.Name, "choose another name, or add --force (in the API: ?force=true)")
                : vm.SnapshotAsync(name, CancellationToken.None),
            context.RequestAborted);
        await context.WriteAsync(saved, ControlJson.Default.SnapshotInfo, StatusCodes.Status201Created);
    }

    private async Task RestoreAsync(HttpContext context)
    {
        var vm = Vm(context);
        var name = (await context.ReadAsync(ControlJson.Default.SnapshotRequest)).Name;
        await vm.ExclusiveAsync(() => vm.RestoreAsync(Existing(vm, name), CancellationToken.None), context.RequestAborted);
        await context.WriteAsync(VmReports.Summarize(vm), ControlJson.Default.VmSummary);
    }

    private Task DownloadAsync(HttpContext context)
    {
        var file = Existing(Vm(context), context.Part("snapshot"));
        context.Response.ContentType = "application/vnd.edgehypervisor.snapshot";
        return context.Response.SendFileAsync(file, context.RequestAborted);
    }

    private async Task UploadAsync(HttpContext context)
    {
        var vm = Vm(context);
        context.AllowBody(MaximumBytes);
        using var file = new StagedFile(vm.Folder.SnapshotPath(Checked(context.Part("snapshot"))));
        await context.Request.Body.CopyToAsync(file.Content, context.RequestAborted);
        file.Commit();
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private Task DeleteAsync(HttpContext context)
    {
        File.Delete(Existing(Vm(context), context.Part("snapshot")));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static string Existing(HostedVm vm, string name)
    {
        var path = vm.Folder.SnapshotPath(Checked(name));
        return File.Exists(path) ? path : throw Problems.NotFound("snapshot", name, $"see: ehv vm snapshot {vm.Name} --list");
    }

    private static string Checked(string name) =>
        NameRule.IsName(name) ? name : throw Problems.Invalid($"'{name}' is not a name", "name", $"allowed are {NameRule.InWords}");

    private HostedVm Vm(HttpContext context) => table.GetName(context.Part("vm"));
}
