// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Cli;

/// <summary>A move, in words.</summary>
internal static class MoveWords
{
    private const int BarWidth = 20;

    /// <summary>One line while it is under way.</summary>
    public static string Progress(MoveJob job)
    {
        var done = Math.Clamp(job.Percent * BarWidth / 100, 0, BarWidth);
        var line = $"{job.Vm} → {job.To}  [{new string('█', done)}{new string('·', BarWidth - done)}] {job.Percent,3} %  {job.Phase}  {Words.Bytes(job.SentBytes)}";
        if (job.BytesPerSecond > 0) line += $"  {Words.Bytes(job.BytesPerSecond)}/s";
        if (job.Round > 0) line += $"  round {job.Round}";
        if (job.ExpectedDowntimeMs is { } downtime) line += $"  would stand still {Words.Milliseconds(downtime)}";
        if (job.ThrottlePercent > 0) line += $"  slowed by {job.ThrottlePercent} %";
        return line;
    }

    /// <summary>One line at its end.</summary>
    public static string End(MoveJob job) => job.State == "succeeded"
        ? $"{job.Vm} runs on {job.To}: stood still for {Words.Milliseconds(job.DowntimeMs ?? 0)}, {Words.Bytes(job.SentBytes)} in {Words.Milliseconds(job.TotalMs ?? 0)}"
            + (job.Timeline is { Count: > 0 } timeline ? $"\n  {string.Join(" · ", timeline.Select(step => $"{step.Step.Replace('-', ' ')} {Words.Milliseconds(step.AtMs)}"))}" : "")
        : $"the move of {job.Vm} to {job.To} {job.State}: {Printable.Text(job.Reason ?? "no reason given")}";
}
