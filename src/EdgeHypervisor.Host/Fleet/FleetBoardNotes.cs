// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Host;

/// <summary>What is known of a board of the fleet. Thread-safe.</summary>
internal sealed class FleetBoardNotes
{
    private const int MostVms = 10_000;
    private readonly Lock _lock = new();
    private readonly SortedSet<string> _vms = new(StringComparer.Ordinal);

    public volatile string State = "unknown";

    public volatile FleetDescription? Description;

    public void Note(string vm, bool exists)
    {
        lock (_lock)
        {
            if (!exists) _vms.Remove(vm);
            else if (_vms.Count < MostVms) _vms.Add(vm);
        }
    }

    public FleetBoard Describe(string name)
    {
        lock (_lock) return new FleetBoard(name, State, Description?.Roles ?? [], [.. _vms], Description?.Architecture);
    }
}
