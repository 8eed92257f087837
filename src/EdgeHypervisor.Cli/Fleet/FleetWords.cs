// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Cli;

/// <summary>Tables of boards and jobs.</summary>
internal static class FleetWords
{
    public static Action<IReadOnlyList<FleetBoard>> Boards(TextWriter output) => all =>
    {
        var table = new TextTable("BOARD", "STATE", "ARCH", "BUSY", "FREE", "LABELS", "VMS", "ROLES");
        foreach (var b in all)
        {
            table.Row(
                b.Name, b.State, b.Architecture, b.BusyPercent is { } busy ? string.Create(CultureInfo.InvariantCulture, $"{busy:0} %") : null, b.FreeMemoryBytes is { } free ? Words.Bytes(free) : null,
                Printable.Text(string.Join(' ', (b.Labels ?? new Dictionary<string, string>()).Select(label => $"{label.Key}={label.Value}"))), Printable.Text(string.Join(' ', b.Vms)), Printable.Text(string.Join(' ', b.Roles)));
        }
        table.WriteTo(output);
    };

    public static Action<FleetReply> Jobs(TextWriter output) => all =>
    {
        var table = new TextTable("JOB", "VERB", "BOARD", "STATE", "WHAT", "BY", "REASON");
        foreach (var move in all.Moves ?? []) table.Row(move.Id, "move", move.From, move.State, $"{move.Vm} → {move.To}", move.By, Printable.Text(move.Reason ?? ""));
        foreach (var job in all.FleetJobs ?? [])
            table.Row(job.Id, job.Verb, job.Board, job.State, $"{job.Steps.Count(step => step.State == "succeeded")} of {job.Steps.Count} done", job.By, Printable.Text(job.Reason ?? ""));
        table.WriteTo(output);
    };

    public static string Step(FleetStep step)
    {
        var line = $"{step.Vm}  {step.Board}{(step.To is null ? "" : $" → {step.To}")}  {step.State}";
        if (step.Group is { } group) line = $"group {group}  {line}";
        if (step.DowntimeMs is { } downtime) line += $"  stood still for {Words.Milliseconds(downtime)}";
        return step.Reason is null ? line : $"{line}: {Printable.Text(step.Reason)}";
    }
}
