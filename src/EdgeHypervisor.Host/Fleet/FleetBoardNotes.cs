// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Host;

/// <summary>What is known of a board of the fleet. Thread-safe.</summary>
internal sealed class FleetBoardNotes
{
    private const int MostVms = 10_000;
    private static readonly Dictionary<string, string> NoLabels = [];
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, FleetVm> _vms = new(StringComparer.Ordinal);

    public volatile string State = "unknown";

    public volatile FleetDescription? Description;

    public volatile FleetLoad? Load;

    public bool IsReady => State == "ready";

    public IReadOnlyDictionary<string, string> Labels => Description?.Labels ?? NoLabels;

    public IReadOnlyList<string> Roles => Description?.Roles ?? [];

    /// <summary>Its VMs by name.</summary>
    public IReadOnlyDictionary<string, FleetVm> Vms
    {
        get
        {
            lock (_lock) return new Dictionary<string, FleetVm>(_vms, StringComparer.Ordinal);
        }
    }

    /// <summary>Notes a VM; null: it is not there any more.</summary>
    public void Note(string name, FleetVm? vm)
    {
        lock (_lock)
        {
            if (vm is null) _vms.Remove(name);
            else if (_vms.Count < MostVms || _vms.ContainsKey(name)) _vms[name] = vm;
        }
    }

    public FleetBoard Describe(string name)
    {
        var load = Load;
        lock (_lock)
        {
            return new FleetBoard(
                name, State, Roles, [.. _vms.Keys], Description?.Architecture, Description?.Labels, load?.BusyPercent, load is null ? null : load.GuestMemoryBytes - load.UsedMemoryBytes);
        }
    }
}
