// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Cli;

/// <summary>What a plan comes to, in one line: <c>can start here; can move to pocket; cannot move to shelf (why: above)</c>.</summary>
internal static class PlanVerdict
{
    private const string Ok = "ok";
    private const string Board = "board "; // how an item begins that says of another board whether it would take the VM

    /// <param name="plan">What the service says.</param>
    /// <param name="what">What the items that are not about other boards are about; null when there are none.</param>
    public static string Of(VmPlan plan, string? what)
    {
        var boards = plan.Items.Where(IsBoard).ToList();
        List<string> said = [];
        if (what is not null) said.Add(Of(what, [.. plan.Items.Where(item => !IsBoard(item))]));
        if (boards.Any(item => item.Verdict == Ok)) said.Add($"can move to {Names(boards.Where(item => item.Verdict == Ok))}");
        if (boards.Any(item => item.Verdict != Ok)) said.Add($"cannot move to {Names(boards.Where(item => item.Verdict != Ok))} (why: above)");
        if (said.Count == 0) said.Add("cannot move: no other board is known");
        return Printable.Text(string.Join("; ", said));
    }

    private static string Of(string what, IReadOnlyList<VmPlanItem> items)
    {
        var refused = items.Where(item => item.Verdict != Ok).Select(item => item.Subject).ToList();
        return refused.Count == 0 ? $"can {what}" : $"cannot {what} because of {string.Join(", ", refused)} (above)";
    }

    private static bool IsBoard(VmPlanItem item) => item.Subject.StartsWith(Board, StringComparison.Ordinal);

    private static string Names(IEnumerable<VmPlanItem> boards) => string.Join(", ", boards.Select(item => item.Subject[Board.Length..]));
}
