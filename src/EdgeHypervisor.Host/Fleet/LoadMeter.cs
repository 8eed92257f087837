// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Host;

/// <summary>Measures how much of the board's threads its VMs use, from one look to the next. Thread-safe: a broker that is reached is told while the usual look is under way.</summary>
internal sealed class LoadMeter(VmTable table, DaemonOptions options, TimeProvider time)
{
    private const double NewsPercent = 2;
    private readonly Lock _looking = new();
    private readonly Dictionary<string, TimeSpan> _before = new(StringComparer.Ordinal);
    private long _lookedAt;
    private FleetLoad? _told;

    public FleetLoad Measure()
    {
        lock (_looking) return Look();
    }

    /// <summary>Whether it differs enough from what was told last.</summary>
    public bool IsNews(FleetLoad load) =>
        _told is not { } told || told.UsedMemoryBytes != load.UsedMemoryBytes || Math.Abs(told.BusyPercent - load.BusyPercent) >= NewsPercent
        || !told.Vms.Keys.Order(StringComparer.Ordinal).SequenceEqual(load.Vms.Keys.Order(StringComparer.Ordinal));

    public void Told(FleetLoad load) => _told = load;

    private FleetLoad Look()
    {
        var now = time.GetTimestamp();
        var available = _lookedAt == 0 ? TimeSpan.Zero : time.GetElapsedTime(_lookedAt, now) * options.Workers;
        _lookedAt = now;
        var vms = new Dictionary<string, double>(StringComparer.Ordinal);
        var all = table.All;
        foreach (var vm in all)
        {
            var ran = vm.Machine?.Statistics.RunTime ?? TimeSpan.Zero;
            var share = available > TimeSpan.Zero && _before.TryGetValue(vm.Id, out var before) && ran > before ? 100 * ((ran - before) / available) : 0;
            _before[vm.Id] = ran;
            vms[vm.Name] = Math.Round(Math.Min(100, share), 1);
        }
        foreach (var gone in _before.Keys.Except(all.Select(vm => vm.Id)).ToArray()) _before.Remove(gone);
        return new FleetLoad(options.Workers, Math.Round(Math.Min(100, vms.Values.Sum()), 1), options.GuestMemoryBytes, all.Sum(vm => vm.Definition.MemoryBytes), vms);
    }
}
