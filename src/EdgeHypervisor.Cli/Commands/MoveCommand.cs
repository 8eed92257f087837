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
        return new EhvSubcommand("move", "Moves a running VM to another board") { vm, board, token, detach }
            .WithExamples("ehv move blinky pocket", "ehv vm plan blinky --board pocket   # what would happen?", "ehv move thermostat pocket --format json")
            .Does((context, cancellation) =>
                MoveAsync(context, new MoveRequest(context.Get(vm), context.Get(board), context.Get(token)), context.Get(detach), cancellation));
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
        await foreach (var update in context.Service.StreamAsync($"v1/moves/{job.Id}/events", ControlJson.Default.MoveJob, cancellation))
        {
            job = update;
            if (live) context.Output.Write($"\r\e[K{Progress(job)}");
            else if (context.Format == OutputFormat.Json) context.WriteLine(job, ControlJson.Default.MoveJob, Progress);
        }
        if (live) context.Output.Write("\r\e[K");
        return Conclude(context, job);
    }

    private static int Conclude(CommandContext context, MoveJob job)
    {
        if (job.State == "succeeded")
        {
            context.Say($"{job.Vm} runs on {job.To}: stood still for {Words.Milliseconds(job.DowntimeMs ?? 0)}, " +
                $"{Words.Bytes(job.SentBytes)} in {Words.Milliseconds(job.TotalMs ?? 0)}");
            return ExitCode.Ok;
        }
        context.Error.WriteLine($"ehv: the move of {job.Vm} to {job.To} {job.State}: {Printable.Text(job.Reason ?? "no reason given")}");
        return ExitCode.Failed;
    }

    private static string Progress(MoveJob job)
    {
        const int width = 24;
        var done = job.TotalBytes > 0 ? (int)Math.Clamp(job.SentBytes * width / job.TotalBytes, 0, width) : 0;
        return $"{job.Vm} → {job.To}  [{new string('█', done)}{new string('·', width - done)}]  {job.Phase}  {Words.Bytes(job.SentBytes)}";
    }
}
