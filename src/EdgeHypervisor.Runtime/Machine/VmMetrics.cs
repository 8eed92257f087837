// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.Metrics;

namespace EdgeHypervisor.Runtime;

/// <summary>
/// The figures of a service's VMs as a <see cref="Meter"/> named <c>EdgeHypervisor</c>, each with the tag <c>vm</c>. They
/// are read when somebody looks and cost nothing in between.
/// </summary>
public sealed class VmMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "EdgeHypervisor";

    private readonly Meter _meter = new(MeterName);
    private readonly Func<IEnumerable<VirtualMachine>> _vms;

    /// <summary>Offers the figures of whatever VMs there are.</summary>
    /// <param name="vms">The VMs at the moment of asking; called from any thread.</param>
    public VmMetrics(Func<IEnumerable<VirtualMachine>> vms)
    {
        _vms = vms;
        Counter("edgehypervisor.vm.instructions", "{instruction}", "Guest instructions retired", of => of.Instructions);
        Counter("edgehypervisor.vm.slices", "{slice}", "Slices of guest code", of => of.Slices);
        Counter("edgehypervisor.vm.wakeups", "{wakeup}", "Wake-ups from sleep", of => of.WakeUps);
        Counter("edgehypervisor.vm.bus_errors", "{access}", "Accesses to addresses where nothing is", of => of.BusErrors);
        Counter("edgehypervisor.vm.translated_regions", "{region}", "Regions of hot code translated", of => of.Translation.RegionsMade);
        Counter("edgehypervisor.vm.translated_bytes", "By", "Guest code in those regions", of => of.Translation.BytesMade);
        _meter.CreateObservableCounter(
            "edgehypervisor.vm.translation_time", () => Measure(of => of.Translation.Time.TotalSeconds), "s", "Host time that translating took");
        _meter.CreateObservableCounter(
            "edgehypervisor.vm.run_time", () => Measure(of => of.RunTime.TotalSeconds), "s", "Host time that turns took");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private void Counter(string name, string unit, string description, Func<VmStatistics, long> figure) =>
        _meter.CreateObservableCounter(name, () => Measure(figure), unit, description);

    private IEnumerable<Measurement<T>> Measure<T>(Func<VmStatistics, T> figure)
        where T : struct =>
        [.. _vms().Select(vm => new Measurement<T>(figure(vm.Statistics), new KeyValuePair<string, object?>("vm", vm.Name)))];
}
