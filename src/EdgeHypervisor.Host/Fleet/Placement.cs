// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Migration;

namespace EdgeHypervisor.Host;

/// <summary>
/// Finds boards for VMs: those that are ready, bear the labels, have the roles and the memory, the least busy first. What
/// boards say of themselves only ranks them; whether a VM can run there the board itself says when it is asked.
/// </summary>
internal sealed class Placement(FleetDirectory directory)
{
    /// <summary>What a VM needs.</summary>
    /// <param name="MemoryBytes">Guest memory.</param>
    /// <param name="Roles">Peripherals.</param>
    public sealed record Need(long MemoryBytes, IReadOnlyList<string> Roles)
    {
        public static Need Of(HostedVm vm) => new(vm.Definition.MemoryBytes, FleetVm.RolesOf(vm));

        public static Need Of(FleetVm vm) => new(vm.MemoryBytes, vm.Roles ?? []);
    }

    /// <summary>The boards that come into question, best first, and why the others do not.</summary>
    public (IReadOnlyList<string> Boards, IReadOnlyList<string> Reasons) Rank(Need need, string exceptBoard, LabelSelector where)
    {
        var reasons = new List<string>();
        var fitting = new List<(string Board, double Score)>();
        foreach (var (name, notes) in directory.Boards.Where(entry => entry.Key != exceptBoard).OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (WhyNot(notes, need, where) is { } reason) reasons.Add($"{name}: {reason}");
            else fitting.Add((name, Score(notes.Load, need)));
        }
        if (reasons.Count == 0 && fitting.Count == 0) reasons.Add("no other board was heard of");
        return ([.. fitting.OrderBy(entry => entry.Score).Select(entry => entry.Board)], reasons);
    }

    /// <summary>How busy a board is, and how full: 0 to 200.</summary>
    public static double Score(FleetLoad? load, Need? coming = null)
    {
        if (load is null) return 100; // unknown: after those that are known to be idle
        var memory = load.GuestMemoryBytes > 0 ? 100.0 * (load.UsedMemoryBytes + (coming?.MemoryBytes ?? 0)) / load.GuestMemoryBytes : 0;
        return load.BusyPercent + memory;
    }

    private static string? WhyNot(FleetBoardNotes notes, Need need, LabelSelector where)
    {
        if (!notes.IsReady) return $"it is {notes.State}";
        if (!where.Matches(notes.Labels)) return $"its labels are not '{where}'";
        if (need.Roles.Except(notes.Roles).ToArray() is { Length: > 0 } missing) return $"it has no {string.Join(", ", missing)}";
        return notes.Load is { } load && load.GuestMemoryBytes - load.UsedMemoryBytes < need.MemoryBytes ? "it has too little memory left" : null;
    }
}
