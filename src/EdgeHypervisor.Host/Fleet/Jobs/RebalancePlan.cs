// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Host;

/// <summary>Which VMs to move so that the boards' loads come closer together. A pure function of what the boards say.</summary>
internal static class RebalancePlan
{
    /// <summary>A board as it is, or would be.</summary>
    public sealed record BoardView(string Name, int Workers, double BusyPercent, long FreeMemoryBytes, IReadOnlyList<string> Roles, IReadOnlyList<VmView> Vms);

    /// <summary>A VM, and what it takes of its board.</summary>
    public sealed record VmView(string Name, double BusyPercent, long MemoryBytes, IReadOnlyList<string> Roles);

    /// <summary>A VM that goes.</summary>
    public sealed record Change(string Vm, string From, string To);

    /// <summary>Takes from the busiest board what brings it closest to the idlest one that can have it, until they are close enough.</summary>
    /// <param name="boards">The boards.</param>
    /// <param name="spreadPercent">Close enough.</param>
    /// <param name="maximumMoves">The most changes.</param>
    public static IReadOnlyList<Change> Make(IEnumerable<BoardView> boards, double spreadPercent, int maximumMoves)
    {
        var now = boards.ToDictionary(board => board.Name, StringComparer.Ordinal);
        var changes = new List<Change>();
        var moved = new HashSet<string>(StringComparer.Ordinal);
        while (changes.Count < maximumMoves && BestChange(now, spreadPercent, moved) is { } change)
        {
            Apply(now, change);
            moved.Add(change.Vm);
            changes.Add(change);
        }
        return changes;
    }

    private static Change? BestChange(Dictionary<string, BoardView> boards, double spread, HashSet<string> moved)
    {
        var busiest = boards.Values.OrderByDescending(board => board.BusyPercent).ThenBy(board => board.Name, StringComparer.Ordinal).FirstOrDefault();
        if (busiest is null) return null;
        foreach (var to in boards.Values.Where(board => board.Name != busiest.Name).OrderBy(board => board.BusyPercent).ThenBy(board => board.Name, StringComparer.Ordinal))
        {
            var gap = busiest.BusyPercent - to.BusyPercent;
            if (gap <= spread) return null;
            var best = busiest.Vms
                .Where(vm => !moved.Contains(vm.Name) && vm.BusyPercent > 0 && vm.MemoryBytes <= to.FreeMemoryBytes && !vm.Roles.Except(to.Roles).Any())
                .Select(vm => (Vm: vm, Gap: Math.Abs(gap - vm.BusyPercent - Arriving(vm, busiest, to))))
                .Where(choice => choice.Gap < gap)
                .OrderBy(choice => choice.Gap).ThenBy(choice => choice.Vm.MemoryBytes)
                .Select(choice => choice.Vm).FirstOrDefault();
            if (best is not null) return new Change(best.Name, busiest.Name, to.Name);
        }
        return null;
    }

    // A board with fewer threads is kept busier by the same VM.
    private static double Arriving(VmView vm, BoardView from, BoardView to) => vm.BusyPercent * from.Workers / to.Workers;

    private static void Apply(Dictionary<string, BoardView> boards, Change change)
    {
        var (source, to) = (boards[change.From], boards[change.To]);
        var vm = source.Vms.First(each => each.Name == change.Vm);
        var arriving = vm with { BusyPercent = Arriving(vm, source, to) };
        boards[source.Name] = source with { BusyPercent = source.BusyPercent - vm.BusyPercent, FreeMemoryBytes = source.FreeMemoryBytes + vm.MemoryBytes, Vms = [.. source.Vms.Where(each => each != vm)] };
        boards[to.Name] = to with { BusyPercent = to.BusyPercent + arriving.BusyPercent, FreeMemoryBytes = to.FreeMemoryBytes - vm.MemoryBytes, Vms = [.. to.Vms, arriving] };
    }
}
