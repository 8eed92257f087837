// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Cli;

/// <summary><c>ehv status</c>, <c>ehv events</c>, <c>ehv metrics</c>: the service itself.</summary>
internal static class ServiceCommands
{
    public static Command Status() =>
        new EhvSubcommand("status", "Whether the service is well")
            .WithExamples("ehv status", "ehv status --format json | jq -r .status")
            .Does(StatusAsync);

    public static Command Events() =>
        new EhvSubcommand("events", "What happens in the service, as it happens")
            .WithExamples("ehv events", "ehv events --format json | jq 'select(.kind == \"vm-faulted\")'")
            .Does(EventsAsync);

    public static Command Metrics() =>
        new EhvSubcommand("metrics", "Measured values, in Prometheus' text format")
            .Does(async (context, cancellation) => context.Output.Write(await context.Service.GetTextAsync("v1/metrics", cancellation)));

    private static async Task<int> StatusAsync(CommandContext context, CancellationToken cancellation)
    {
        var health = await context.Service.GetAsync("v1/health", ControlJson.Default.ServiceHealth, cancellation);
        context.Write(health, ControlJson.Default.ServiceHealth, h =>
        {
            context.Output.WriteLine($"board    {h.Board}");
            context.Output.WriteLine($"status   {h.Status}");
            foreach (var problem in h.Problems) context.Output.WriteLine($"         {Printable.Text(problem)}");
            context.Output.WriteLine($"version  {h.Version} (SDK {h.Sdk}), {h.Architecture}, process {h.ProcessId}");
            context.Output.WriteLine($"up       {Words.Duration(TimeSpan.FromMilliseconds(h.UptimeMs))}, started in {h.StartMs} ms");
            context.Output.WriteLine($"VMs      {h.VirtualMachines}");
            context.Output.WriteLine($"fleet    {h.Fleet}");
        });
        return health.Status == "ok" ? ExitCode.Ok : ExitCode.Failed;
    }

    private static async Task EventsAsync(CommandContext context, CancellationToken cancellation)
    {
        await foreach (var happened in context.Service.StreamAsync("v1/events", ControlJson.Default.ServiceEvent, cancellation))
        {
            context.WriteLine(happened, ControlJson.Default.ServiceEvent, e =>
                Printable.Text($"{e.At.ToLocalTime():HH:mm:ss.fff}  {e.Kind,-18} {e.Subject}{(e.Detail is null ? "" : "  " + e.Detail)}"));
        }
    }
}
