// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Cli;

/// <summary><c>ehv move</c>: a VM goes to another board, running.</summary>
internal static class MoveCommand
{
    public static Command Create()
    {
        var vm = Suggest.Vm();
        var board = Suggest.Board();
        var token = new Option<string?>("--token") { Description = "Asking again with the same token does not move again", HelpName = "TOKEN" };
        var detach = new Option<bool>("--detach", "-d") { Description = "Do not wait; print the job's id" };
        return new EhvSubcommand("move", "Moves a running VM to another board") { vm, board, token, detach, TuningOptions.All }
            .WithExamples("ehv move blinky pocket", "ehv vm plan blinky --board pocket   # what would happen?", "ehv move thermostat pocket --format json")
            .Does((context, cancellation) =>
                MoveAsync(context, Request(context, context.Get(vm), context.Get(board), context.Get(token)), context.Get(detach), cancellation));
    }

    private static MoveRequest Request(CommandContext context, string vm, string board, string? token)
    {
        var how = TuningOptions.Read(context);
        return new MoveRequest(vm, board, token, how.Live, how.MaximumRounds, how.DowntimeTargetMs, how.MaximumCopySeconds, how.MaximumThrottlePercent, how.BytesPerSecond, Environment.UserName);
    }

    private static async Task<int> MoveAsync(CommandContext context, MoveRequest request, bool detach, CancellationToken cancellation)
    {
        var job = await context.Service.SendAsync(
            HttpMethod.Post, "v1/moves", request, ControlJson.Default.MoveRequest, ControlJson.Default.MoveJob, cancellation);
        if (detach)
        {
            context.Write(job, ControlJson.Default.MoveJob, j => context.Output.WriteLine(j.Id));
            return ExitCode.Ok;
        }
        var live = context.IsTerminal && context.Format == OutputFormat.Text;
        try
        {
            await foreach (var update in context.Service.StreamAsync($"v1/moves/{job.Id}/events", ControlJson.Default.MoveJob, cancellation))
            {
                job = update;
                if (live) context.Output.Write($"\r\e[K{MoveWords.Progress(job)}");
                else if (context.Format == OutputFormat.Json) context.WriteLine(job, ControlJson.Default.MoveJob, MoveWords.Progress);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            context.Error.WriteLine($"ehv: nobody waits any more; the move of {job.Vm} to {job.To} goes on. Its end: ehv moves ls. To end it: ehv moves cancel {job.Id}");
            throw;
        }
        if (live) context.Output.Write("\r\e[K");
        if (job.State == "succeeded") context.Say(MoveWords.End(job));
        else context.Error.WriteLine($"ehv: {MoveWords.End(job)}");
        return job.State == "succeeded" ? ExitCode.Ok : ExitCode.Failed;
    }
}
