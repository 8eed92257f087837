// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Migration;

namespace EdgeHypervisor.Host;

/// <summary>Moves every VM away from this board, each to the board that suits it best at that moment.</summary>
internal sealed class EvacuateWork(HostBoard board, VmTable table, Placement placement, PlanService plans, FleetMoves moves) : IFleetWork
{
    private const int MostAttempts = 4;

    public string Verb => "evacuate";

    public async Task RunAsync(FleetJobRun run, ReadOnlyMemory<byte> order, CancellationToken ending)
    {
        var command = EvacuateCommand.Parse(order);
        if (run.Job.Steps.Count == 0) run.Plan(table.All.Select(vm => new FleetStep(vm.Name, board.Name, "queued")));
        var options = new ParallelOptions { MaxDegreeOfParallelism = command.Parallel, CancellationToken = ending };
        await Parallel.ForEachAsync(run.Job.Steps.Where(step => !step.IsFinished), options, async (step, _) => await LeaveAsync(run, step.Vm, command, ending));
        run.Conclude();
    }

    private async Task LeaveAsync(FleetJobRun run, string name, EvacuateCommand command, CancellationToken ending)
    {
        if (run.Cancelled.IsCancellationRequested) return;
        if (table.FindName(name) is not { } vm)
        {
            run.End(name, "succeeded", "it is not here any more");
            return;
        }
        var (boards, reasons) = placement.Rank(Placement.Need.Of(vm), board.Name, command.Where);
        var against = reasons.ToList();
        foreach (var to in boards.Take(MostAttempts))
        {
            if (run.Cancelled.IsCancellationRequested) return;
            if (await WhyNotAsync(vm, to, ending) is { } reason)
            {
                against.Add($"{to}: {reason}");
                continue;
            }
            run.Begin(name, to);
            var end = await moves.MoveAsync(name, board.Name, to, $"{run.Id}-{vm.Id}-{to}", run.Job.By ?? "", command.Tuning, run.Cancelled, ending);
            if (end.State != "failed" || table.FindName(name) is null)
            {
                run.End(name, end.State == "failed" ? "succeeded" : end.State, end.Reason, end.DowntimeMs);
                return;
            }
            against.Add($"{to}: {end.Reason}");
        }
        run.End(name, "failed", $"no board takes it: {string.Join("; ", against)}");
    }

    private async Task<string?> WhyNotAsync(HostedVm vm, string to, CancellationToken ending)
    {
        try
        {
            var plan = await plans.PlanMoveAsync(vm, to, ending);
            return plan.Possible ? null : string.Join("; ", plan.Items.Where(item => item.Verdict != "ok").Select(item => $"{item.Subject}: {item.Detail}"));
        }
        catch (ProblemException e)
        {
            return e.Message;
        }
    }
}
