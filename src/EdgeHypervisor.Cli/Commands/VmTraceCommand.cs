// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Globalization;

namespace EdgeHypervisor.Cli;

/// <summary><c>ehv vm trace</c>: what the guest does, as it does it. The service writes the lines; they go through as they are.</summary>
internal static class VmTraceCommand
{
    private const string StandardOutput = "-";

    public static Command Create()
    {
        var vm = Suggest.Vm();
        var output = new Option<string>("--output", "-o") { Description = "Where it goes", HelpName = "FILE|-", DefaultValueFactory = _ => StandardOutput };
        var events = TraceOptions.Events();
        var pc = TraceOptions.Pc();
        var device = TraceOptions.Device();
        var limit = TraceOptions.Limit();
        var time = new Option<string?>("--for") { Description = "End after so much time", HelpName = "10s|500ms|2m" };
        return new EhvSubcommand("trace", "Writes down what its guest does: traps and device accesses, on request each instruction; Ctrl-C ends it")
            {
                vm, output, events, pc, device, limit, time,
            }
            .WithExamples(
                "ehv vm trace blinky",
                "ehv vm trace blinky --events devices --device gpio0 --for 10s",
                "ehv vm trace blinky --events instructions,traps --pc gpio_drive --limit 1000 --output blinky.trace")
            .Does((context, cancellation) =>
            {
                var path = VmCommand.PathOf(
                    context.Get(vm), "trace",
                    [
                        ("events", context.Get(events)), ("pc", context.Get(pc)), .. (context.Get(device) ?? []).Select(one => ("device", (string?)one)),
                        ("limit", TraceOptions.LimitOf(context.Get(limit))?.ToString(CultureInfo.InvariantCulture)), ("for", context.Get(time)), ("format", context.Format == OutputFormat.Json ? "json" : null),
                    ]);
                return CopyAsync(context, path, context.Get(output)!, cancellation);
            });
    }

    // Ended by Ctrl-C it is a trace all the same.
    private static async Task<int> CopyAsync(CommandContext context, string path, string file, CancellationToken cancellation)
    {
        var written = 0L;
        try
        {
            await using var lines = await context.Service.GetStreamAsync(path, cancellation);
            await using var output = file == StandardOutput ? Console.OpenStandardOutput() : OutputFile.Create(file, overwrites: true);
            var buffer = new byte[64 * 1024];
            while (await lines.ReadAsync(buffer, cancellation) is var count and > 0)
            {
                await output.WriteAsync(buffer.AsMemory(0, count), CancellationToken.None);
                await output.FlushAsync(CancellationToken.None);
                written += count;
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested && written > 0)
        {
            // Enough of it.
        }
        if (file != StandardOutput) context.Say($"wrote {file}, {Words.Bytes(written)}");
        return ExitCode.Ok;
    }
}
