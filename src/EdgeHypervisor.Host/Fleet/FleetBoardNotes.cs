// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Host;

/// <summary>What is known of a board of the fleet. Thread-safe.</summary>
internal sealed class FleetBoardNotes
{
    private const int MostVms = 10_000;
    private const int MostVmBytes = 512 * 1024; // as they are said, of all its VMs
    private const int OverheadBytes = 64;
    private static readonly Dictionary<string, string> NoLabels = [];
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, (FleetVm Vm, int Bytes)> _vms = new(StringComparer.Ordinal);
    private int _vmBytes;

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
            lock (_lock) return _vms.ToDictionary(entry => entry.Key, entry => entry.Value.Vm, StringComparer.Ordinal);
        }
    }

    /// <summary>Notes a VM that was said in so many bytes; null: it is not there any more. Of more than a board can have, none.</summary>
    public void Note(string name, int saidBytes, FleetVm? vm)
    {
        var bytes = saidBytes + (2 * name.Length) + OverheadBytes;
        lock (_lock)
        {
            if (_vms.Remove(name, out var before)) _vmBytes -= before.Bytes;
            if (vm is null || _vms.Count >= MostVms || _vmBytes + bytes > MostVmBytes) return;
            _vms[name] = (vm, bytes);
            _vmBytes += bytes;
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
