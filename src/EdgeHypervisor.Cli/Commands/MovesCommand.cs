// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Cli;

/// <summary><c>ehv moves</c>: what this board has been asked to move, and an end to one that takes too long.</summary>
internal static class MovesCommand
{
    public static Command Create() => new EhvSubcommand("moves", "The last moves of this board, and how to end one")
    {
        new EhvSubcommand("ls", "Lists them, the latest last").WithExamples("ehv moves ls", "ehv moves ls --format json").Does(async (context, cancellation) =>
        {
            var moves = await context.Service.GetAsync("v1/moves", ControlJson.Default.IReadOnlyListMoveJob, cancellation);
            var table = new TextTable("JOB", "VM", "TO", "STATE", "DONE", "REASON");
            foreach (var job in moves) table.Row(job.Id, job.Vm, job.To, job.State, $"{job.Percent} %", Printable.Text(job.Reason ?? ""));
            context.Write(moves, ControlJson.Default.IReadOnlyListMoveJob, _ => table.WriteTo(context.Output));
        }),
        Cancel(),
    };

    private static Command Cancel()
    {
        var job = new Argument<string>("JOB") { Description = "The job's id: ehv moves ls" };
        return new EhvSubcommand("cancel", "Ends one; the VM stays here, unless it has arrived") { job }
            .WithExamples("ehv moves cancel JOB")
            .Does(async (context, cancellation) =>
            {
                await context.Service.DoAsync(HttpMethod.Delete, $"v1/moves/{Uri.EscapeDataString(context.Get(job))}", cancellation);
                context.Say("told to end; how it ended: ehv moves ls");
            });
    }
}
