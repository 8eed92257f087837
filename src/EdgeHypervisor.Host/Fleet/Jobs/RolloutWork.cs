// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Migration;

namespace EdgeHypervisor.Host;

/// <summary>
/// Gives VMs a new firmware, group after group. Each VM's board does it, watches it for a while and takes it back when
/// the VM does not do well; with too many of those no further group is begun.
/// </summary>
internal sealed class RolloutWork(HostBoard board, FleetDirectory directory, ImageStore images, FleetMoves moves, UpdateWork updates, TimeProvider time) : IFleetWork
{
    private static readonly TimeSpan LookPeriod = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(2);

    public string Verb => "rollout";

    public async Task RunAsync(FleetJobRun run, ReadOnlyMemory<byte> order, CancellationToken ending)
    {
        var command = RolloutCommand.Parse(order);
        if (run.Job.Steps.Count == 0) run.Plan(Steps(command));
        if (run.Job.Steps.Count == 0)
        {
            run.Conclude("no VM is meant, or all have it already");
            return;
        }
        foreach (var group in run.Job.Steps.GroupBy(step => step.Group).OrderBy(group => group.Key).ToArray())
        {
            if (run.Cancelled.IsCancellationRequested) break;
            await Task.WhenAll(group.Where(step => !step.IsFinished).Select(step => StepAsync(run, step, command, ending)));
            var failures = run.Job.Steps.Count(step => step.State == "failed");
            if (failures <= command.MaximumFailures) continue;
            run.Conclude($"stopped after group {group.Key}: {failures} failed, {command.MaximumFailures} may: {run.Job.Steps.First(step => step.State == "failed").Reason}");
            return;
        }
        run.Conclude();
    }

    private IEnumerable<FleetStep> Steps(RolloutCommand command) => directory.Boards
        .Where(entry => entry.Value.IsReady && command.Where.Matches(entry.Value.Labels))
        .SelectMany(entry => entry.Value.Vms.Where(vm => command.Means(vm.Key) && vm.Value.Image != command.Image).Select(vm => (Vm: vm.Key, Board: entry.Key)))
        .OrderBy(each => each.Vm, StringComparer.Ordinal)
        .Select((each, index) => new FleetStep(each.Vm, each.Board, "queued", Group: (index / command.GroupSize) + 1));

    private async Task StepAsync(FleetJobRun run, FleetStep step, RolloutCommand command, CancellationToken ending)
    {
        run.Begin(step.Vm);
        try
        {
            var update = new UpdateCommand(step.Vm, command.Image) { SettleSeconds = command.SettleSeconds, Token = $"{run.Id}-{step.Vm}" };
            // A VM may have moved since the plan was made: whoever has it now does it.
            var at = directory.WhereIs(step.Vm) ?? step.Board;
            if (at == board.Name)
            {
                await updates.ApplyAsync(update, run.Record.Previous, run.RememberPrevious, ending);
                run.End(step.Vm, "succeeded");
                return;
            }
            await SendImageAsync(at, command.Image, ending);
            var end = await UpdateThereAsync(at, update, ending);
            run.End(step.Vm, end.State, end.Reason);
        }
        catch (ProblemException e)
        {
            run.End(step.Vm, "failed", e.Message);
        }
    }

    private async Task<FleetJob> UpdateThereAsync(string at, UpdateCommand update, CancellationToken ending)
    {
        var payload = update.ToJson();
        var heardAt = time.GetTimestamp();
        while (true)
        {
            // The same token again is the same job, also after a restart of that board: asking is looking.
            if (await TryAskAsync(at, payload, heardAt, ending) is { } reply)
            {
                heardAt = time.GetTimestamp();
                if (reply.FleetJob is { IsFinished: true } job) return job;
                if (reply.FleetJob is null) throw Problems.Conflict("update-refused", "The board refuses", $"{at}: {reply.Error ?? "the answer cannot be read"}", at);
            }
            await Task.Delay(LookPeriod, time, ending);
        }
    }

    private async Task<FleetReply?> TryAskAsync(string at, byte[] update, long heardAt, CancellationToken ending)
    {
        try
        {
            return await moves.AskAsync(at, "update", update, ending);
        }
        catch (ProblemException) when (time.GetElapsedTime(heardAt) < LongestSilence)
        {
            return null; // it restarts, or the broker does
        }
    }

    private async Task SendImageAsync(string to, string digest, CancellationToken ending)
    {
        var content = await File.ReadAllBytesAsync(images.Find(digest) ?? throw Problems.NotFound("image", digest, "upload it: ehv fleet rollout --firmware FILE"), ending);
        long offset = 0;
        var first = true;
        while (first || offset < content.Length)
        {
            var piece = first ? default : content.AsMemory((int)offset, (int)Math.Min(ImageCommand.PieceBytes, content.Length - offset));
            var reply = await moves.AskAsync(to, "image", new ImageCommand(digest, content.Length, offset, piece).ToJson(), ending);
            var received = reply.Received ?? throw Problems.Conflict("image-refused", "The board refuses", $"{to}: {reply.Error ?? "the answer cannot be read"}", to);
            if (received < 0 || received > content.Length) throw Problems.Conflict("image-refused", "The board is wrong", $"{to} has {received} bytes of {content.Length}", to);
            (offset, first) = (received, false);
        }
    }
}
