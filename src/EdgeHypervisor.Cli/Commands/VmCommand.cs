// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Cli;

/// <summary><c>ehv vm</c>.</summary>
internal static class VmCommand
{
    public static Command Create() => new EhvSubcommand("vm", "Virtual machines on this board")
    {
        new EhvSubcommand("ls", "Lists them").Does(ListAsync),
        VmCreateCommand.Create(),
        Verb("start", "started", "Starts it from its reset state, or from where it was saved"),
        Verb("pause", "paused", "Stops its time; its outputs do what the manifest says"),
        Verb("resume", "resumed", "Goes on after a pause"),
        Verb("reset", "reset", "Presses its reset button"),
        Verb("stop", "stopped", "Switches it off"),
        Remove(),
        Inspect(),
        VmConsoleCommand.Create(),
        VmGdbCommand.Create(),
        VmTraceCommand.Create(),
        VmProfileCommand.Create(),
        Logs(),
        VmSnapshotCommands.Snapshot(),
        VmSnapshotCommands.Restore(),
        VmPlanCommand.Create(),
    };

    public static string PathOf(string vm) => $"v1/vms/{Uri.EscapeDataString(vm)}";

    /// <summary>A question about a VM, with what was said of it.</summary>
    public static string PathOf(string vm, string question, params (string Name, string? Value)[] parameters) =>
        $"{PathOf(vm)}/{question}?{string.Join('&', parameters.Where(one => one.Value is not null).Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value!)}"))}";

    private static Command Verb(string verb, string done, string description)
    {
        var vm = Suggest.Vm();
        return new EhvSubcommand(verb, description) { vm }.Does(async (context, cancellation) =>
        {
            var summary = await context.Service.PostAsync($"{PathOf(context.Get(vm))}/{verb}", ControlJson.Default.VmSummary, cancellation);
            context.Write(summary, ControlJson.Default.VmSummary, s => context.Output.WriteLine($"{done} {s.Name}"));
        });
    }

    private static Command Remove()
    {
        var vm = Suggest.Vm();
        var force = new Option<bool>("--force", "-f") { Description = "Also when it runs" };
        return new EhvSubcommand("rm", "Deletes it, with its snapshots") { vm, force }.Does(async (context, cancellation) =>
        {
            var query = context.Get(force) ? "?force=true" : "";
            await context.Service.DoAsync(HttpMethod.Delete, PathOf(context.Get(vm)) + query, cancellation);
            context.Say($"deleted {context.Get(vm)}");
        });
    }

    private static Command Inspect()
    {
        var vm = Suggest.Vm();
        return new EhvSubcommand("inspect", "All about one") { vm }
            .WithExamples("ehv vm inspect blinky", "ehv vm inspect blinky --format json | jq .cores[0].registers.pc")
            .Does(async (context, cancellation) =>
            {
                var details = await context.Service.GetAsync(PathOf(context.Get(vm)), ControlJson.Default.VmDetails, cancellation);
                context.Write(details, ControlJson.Default.VmDetails, d => VmReport.Write(d, context.Output));
            });
    }

    private static Command Logs()
    {
        var vm = Suggest.Vm();
        var follow = new Option<bool>("--follow", "-f") { Description = "Wait for more" };
        return new EhvSubcommand("logs", "What the service noted about it (its own output: ehv vm console)") { vm, follow }
            .Does(async (context, cancellation) =>
            {
                var query = context.Get(follow) ? "?follow=true" : "";
                var path = $"{PathOf(context.Get(vm))}/logs{query}";
                await foreach (var line in context.Service.StreamAsync(path, ControlJson.Default.LogLine, cancellation))
                    context.WriteLine(line, ControlJson.Default.LogLine, l => Printable.Text($"{l.At.ToLocalTime():HH:mm:ss.fff}  {l.Level,-7}  {l.Text}"));
            });
    }

    private static async Task ListAsync(CommandContext context, CancellationToken cancellation)
    {
        var vms = await context.Service.GetAsync("v1/vms", ControlJson.Default.IReadOnlyListVmSummary, cancellation);
        context.Write(vms, ControlJson.Default.IReadOnlyListVmSummary, all =>
        {
            var table = new TextTable("NAME", "STATE", "MACHINE", "MEMORY", "EPOCH", "INSTRUCTIONS", "SAVED");
            foreach (var vm in all)
                table.Row(vm.Name, VmReport.State(vm), vm.Machine, Words.Bytes(vm.MemoryBytes), $"{vm.Epoch}", Words.Count(vm.Instructions), Words.When(vm.SavedAt));
            table.WriteTo(context.Output);
        });
    }
}
