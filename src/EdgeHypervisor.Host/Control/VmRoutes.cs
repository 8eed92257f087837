// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;
using Microsoft.AspNetCore.Http;

namespace EdgeHypervisor.Host;

/// <summary><c>/v1/vms</c>: what can be done with VMs.</summary>
internal sealed class VmRoutes(VmTable table, VmService service, PlanService plans, HostBoard board)
{
    public IEnumerable<Route> Routes =>
    [
        new("GET", "/v1/vms", ListAsync),
        new("POST", "/v1/vms", CreateAsync),
        new("GET", "/v1/vms/{vm}", context => context.WriteAsync(VmReports.Detail(Vm(context), board), ControlJson.Default.VmDetails)),
        new("DELETE", "/v1/vms/{vm}", DeleteAsync),
        Verb("start", (vm, _) => Now(vm.Start)),
        Verb("pause", (vm, cancellation) => vm.PauseAsync(cancellation)),
        Verb("resume", (vm, _) => Now(vm.Resume)),
        Verb("reset", (vm, _) => Now(vm.Reset)),
        Verb("stop", (vm, _) => Now(vm.Stop)),
        new("GET", "/v1/vms/{vm}/logs", LogsAsync),
        new("GET", "/v1/vms/{vm}/plan", PlanMoveAsync),
        new("POST", "/v1/plan", PlanAsync),
    ];

    private Task ListAsync(HttpContext context) =>
        context.WriteAsync([.. table.All.Select(VmReports.Summarize)], ControlJson.Default.IReadOnlyListVmSummary);

    private async Task CreateAsync(HttpContext context)
    {
        var request = await context.ReadAsync(ControlJson.Default.VmCreateRequest);
        var created = await service.CreateAsync(request, context.RequestAborted);
        context.Response.Headers.Location = $"/v1/vms/{created.Name}";
        await context.WriteAsync(VmReports.Summarize(created), ControlJson.Default.VmSummary, StatusCodes.Status201Created);
    }

    private async Task DeleteAsync(HttpContext context)
    {
        await service.DeleteAsync(Vm(context), context.Asks("force"), context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private Task LogsAsync(HttpContext context) =>
        context.WriteLinesAsync(Vm(context).Journal.Book.ReadAsync(context.Asks("follow"), context.RequestAborted), ControlJson.Default.LogLine);

    private async Task PlanMoveAsync(HttpContext context)
    {
        var vm = Vm(context);
        var plan = (string?)context.Request.Query["board"] is { } board
            ? await plans.PlanMoveAsync(vm, board, context.RequestAborted)
            : Moves(await plans.PlanMovesAsync(vm.Definition, context.RequestAborted));
        await context.WriteAsync(plan, ControlJson.Default.VmPlan);
    }

    private async Task PlanAsync(HttpContext context)
    {
        var request = await context.ReadAsync(ControlJson.Default.VmCreateRequest);
        var plan = (string?)context.Request.Query["board"] is { } board
            ? await plans.PlanElsewhereAsync(request, board, context.RequestAborted)
            : await plans.PlanHereAsync(request, context.RequestAborted);
        if (context.Asks("moves")) plan = plan with { Items = [.. plan.Items, .. await plans.PlanMovesAsync(request, context.RequestAborted)] };
        await context.WriteAsync(plan, ControlJson.Default.VmPlan);
    }

    // A VM that could go to one board at least can move.
    private static VmPlan Moves(IReadOnlyList<VmPlanItem> boards) => new(boards.Any(item => item.Verdict == "ok"), boards);

    private Route Verb(string verb, Func<HostedVm, CancellationToken, Task> work) => new("POST", $"/v1/vms/{{vm}}/{verb}", async context =>
    {
        var vm = Vm(context);
        // What has begun is finished: an asker who hangs up must not leave a VM half-way.
        await vm.ExclusiveAsync(() => work(vm, CancellationToken.None), context.RequestAborted);
        await context.WriteAsync(VmReports.Summarize(vm), ControlJson.Default.VmSummary);
    });

    private static Task Now(Action work)
    {
        work();
        return Task.CompletedTask;
    }

    private HostedVm Vm(HttpContext context) => table.GetName(context.Part("vm"));
}
