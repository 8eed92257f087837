// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Cli;

/// <summary><c>ehv vm plan</c>: what a VM would find, here and on other boards, before anything starts or moves.</summary>
internal static class VmPlanCommand
{
    private const string ManifestExtension = ".yaml";

    public static Command Create()
    {
        var vm = new Argument<string>("VM|MANIFEST") { Description = "A VM that is here, or the manifest of one that could be made" };
        var board = new Option<string?>("--board") { Description = "Only how it would be on this other board", HelpName = "BOARD" };
        return new EhvSubcommand("plan", "What each port would be bound to, what is in the way, and which boards it could move to") { vm, board }
            .WithExamples("ehv vm plan thermostat.vm.yaml", "ehv vm plan thermostat.vm.yaml --board pocket", "ehv vm plan thermostat --board pocket")
            .Does((context, cancellation) => PlanAsync(context, context.Get(vm), context.Get(board), cancellation));
    }

    private static async Task<int> PlanAsync(CommandContext context, string vm, string? board, CancellationToken cancellation)
    {
        var what = board is null ? null : $"move to {board}";
        var there = board is null ? null : $"?board={Uri.EscapeDataString(board)}";
        if (vm.EndsWith(ManifestExtension, StringComparison.Ordinal))
            return await VmCreateCommand.PlanAsync(context, await VmCreateCommand.ReadAsync(vm, start: false, cancellation), there ?? "?moves=true", what ?? VmCreateCommand.StartHere, cancellation);
        var plan = await context.Service.GetAsync($"v1/vms/{Uri.EscapeDataString(vm)}/plan{there}", ControlJson.Default.VmPlan, cancellation);
        return VmReport.WritePlan(plan, context, what);
    }
}
