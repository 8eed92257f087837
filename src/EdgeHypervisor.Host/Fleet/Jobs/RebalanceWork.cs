// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Migration;

namespace EdgeHypervisor.Host;

/// <summary>Evens out the load of boards, one VM after the other; each is moved by the board that owns it.</summary>
internal sealed class RebalanceWork(FleetDirectory directory, FleetMoves moves) : IFleetWork
{
    public string Verb => "rebalance";

    public async Task RunAsync(FleetJobRun run, ReadOnlyMemory<byte> order, CancellationToken ending)
    {
        var command = RebalanceCommand.Parse(order);
        if (run.Job.Steps.Count == 0)
        {
            var changes = RebalancePlan.Make(View(command.Where), command.SpreadPercent, command.MaximumMoves);
            run.Plan(changes.Select(change => new FleetStep(change.Vm, change.From, "queued", change.To)));
        }
        if (command.DryRun)
        {
            run.Propose();
            return;
        }
        foreach (var step in run.Job.Steps.Where(step => !step.IsFinished))
        {
            if (run.Cancelled.IsCancellationRequested) break;
            run.Begin(step.Vm);
            var end = await moves.MoveAsync(step.Vm, step.Board, step.To!, $"{run.Id}-{step.Vm}", run.Job.By ?? "", new MoveTuning(), run.Cancelled, ending);
            run.End(step.Vm, end.State, end.Reason, end.DowntimeMs);
        }
        run.Conclude();
    }

    private IEnumerable<RebalancePlan.BoardView> View(LabelSelector where) => directory.Boards
        .Where(entry => entry.Value is { IsReady: true, Load: not null } && where.Matches(entry.Value.Labels))
        .Select(entry => View(entry.Key, entry.Value, entry.Value.Load!));

    private static RebalancePlan.BoardView View(string name, FleetBoardNotes notes, FleetLoad load) => new(
        name,
        Math.Max(1, load.Workers),
        load.BusyPercent,
        load.GuestMemoryBytes - load.UsedMemoryBytes,
        notes.Roles,
        [.. notes.Vms.Where(vm => vm.Value.State == "running").Select(vm => new RebalancePlan.VmView(vm.Key, load.Vms.GetValueOrDefault(vm.Key), vm.Value.MemoryBytes, vm.Value.Roles ?? []))]);
}
