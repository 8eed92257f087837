// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Migration;

namespace EdgeHypervisor.Host;

/// <summary>Gives a VM of this board another firmware, watches it, and gives it the old one back when it does not do well.</summary>
internal sealed class UpdateWork(HostBoard board, VmTable table, ImageStore images, TimeProvider time) : IFleetWork
{
    private static readonly TimeSpan LookPeriod = TimeSpan.FromMilliseconds(100);

    public string Verb => "update";

    public async Task RunAsync(FleetJobRun run, ReadOnlyMemory<byte> order, CancellationToken ending)
    {
        var command = UpdateCommand.Parse(order);
        if (run.Job.Steps.Count == 0) run.Plan([new FleetStep(command.Vm, board.Name, "queued")]);
        run.Begin(command.Vm);
        try
        {
            await ApplyAsync(command, run.Record.Previous, run.RememberPrevious, ending);
            run.End(command.Vm, "succeeded");
        }
        catch (ProblemException e)
        {
            run.End(command.Vm, "failed", e.Message);
        }
        run.Conclude();
    }

    /// <summary>Does it.</summary>
    /// <param name="command">What.</param>
    /// <param name="previous">The firmware before, when this was begun already before a restart.</param>
    /// <param name="remember">Remembers the firmware before.</param>
    /// <param name="ending">The service ends.</param>
    /// <exception cref="ProblemException">It cannot be, or the VM does not do well with it and has the old one again.</exception>
    public async Task ApplyAsync(UpdateCommand command, string? previous, Action<string> remember, CancellationToken ending)
    {
        var vm = table.GetName(command.Vm);
        if (images.Find(command.Image) is null) throw Problems.NotFound("image", command.Image, "send it first: command/image");
        var runs = vm.Record.Wanted == VmWanted.Running;
        if (vm.Record.Image != command.Image)
        {
            previous = vm.Record.Image;
            remember(previous);
            if (await TryReplaceAsync(vm, command.Image, runs, ending) is { } problem)
            {
                if (vm.Record.Image == previous) throw Problems.Conflict("update-refused", "The VM cannot be updated now", problem, vm.Name);
                throw await BackAsync(vm, previous, runs, problem, ending);
            }
        }
        // One that is off has nothing to show.
        if (runs && await SettleAsync(vm, TimeSpan.FromSeconds(command.SettleSeconds), ending) is { } trouble) throw await BackAsync(vm, previous, runs, trouble, ending);
    }

    private async Task<ProblemException> BackAsync(HostedVm vm, string? previous, bool runs, string trouble, CancellationToken ending)
    {
        if (previous is null || images.Find(previous) is null) return Problems.Conflict("update-failed", "The VM does not do well", $"{trouble}; the firmware it had before is not here any more", vm.Name);
        var again = await TryReplaceAsync(vm, previous, runs, ending);
        return Problems.Conflict("update-failed", "The VM does not do well", again is null ? $"{trouble}; it has the firmware from before again" : $"{trouble}; and the firmware from before: {again}", vm.Name);
    }

    private static async Task<string?> TryReplaceAsync(HostedVm vm, string image, bool run, CancellationToken ending)
    {
        try
        {
            await vm.ExclusiveAsync(() => Task.Run(() => vm.ReplaceFirmware(image, run), ending), ending);
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException and not OutOfMemoryException)
        {
            return e.Message;
        }
    }

    /// <summary>What goes wrong within this time; null: nothing. One that switches itself off does not do well.</summary>
    private async Task<string?> SettleAsync(HostedVm vm, TimeSpan settle, CancellationToken ending)
    {
        var begun = time.GetTimestamp();
        while (vm.Machine is { State: Runtime.VmState.Running or Runtime.VmState.Pausing })
        {
            if (time.GetElapsedTime(begun) >= settle) return null;
            await Task.Delay(LookPeriod, time, ending);
        }
        return $"after {time.GetElapsedTime(begun).TotalSeconds:0.0} s it is {vm.Machine?.Status.ToString() ?? vm.Problem}";
    }
}
