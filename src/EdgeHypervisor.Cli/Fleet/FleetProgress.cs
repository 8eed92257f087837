// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Cli;

/// <summary>Shows how a job goes: a line that is drawn again for a move, a line for each step of others.</summary>
internal sealed class FleetProgress(CommandContext context)
{
    private readonly HashSet<string> _shown = new(StringComparer.Ordinal);

    public void Show(FleetReply reply)
    {
        if (context.Format == OutputFormat.Json) context.WriteLine(reply, ControlJson.Default.FleetReply, _ => "");
        else if (reply.Job is { IsFinished: false } move && context.IsTerminal) context.Output.Write($"\r\e[K{MoveWords.Progress(move)}");
        foreach (var step in reply.FleetJob?.Steps ?? [])
        {
            if ((step.State != "queued" || reply.FleetJob!.IsFinished) && _shown.Add($"{step.Vm} {step.State} {step.To}")) context.Say(FleetWords.Step(step));
        }
    }

    /// <returns>The exit code.</returns>
    public int Conclude(FleetReply reply)
    {
        if (context.IsTerminal && context.Format == OutputFormat.Text && reply.Job is not null) context.Output.Write("\r\e[K");
        if ((reply.Job?.State ?? reply.FleetJob?.State) == "succeeded")
        {
            context.Say(reply.Job is { } moved ? MoveWords.End(moved) : $"{reply.FleetJob!.Verb}: {reply.FleetJob.Steps.Count(step => step.State == "succeeded")} done{(reply.FleetJob.Reason is { } note ? $", {note}" : "")}");
            return ExitCode.Ok;
        }
        context.Error.WriteLine("ehv: " + (reply.Job is { } move ? MoveWords.End(move) : $"{reply.FleetJob?.Verb} {reply.FleetJob?.State}: {Printable.Text(reply.FleetJob?.Reason ?? "no reason given")}"));
        return ExitCode.Failed;
    }
}
