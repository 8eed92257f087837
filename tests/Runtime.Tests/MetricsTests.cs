// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.Metrics;

namespace EdgeHypervisor.Runtime.Tests;

public sealed class MetricsTests
{
    [Fact]
    public void Figures_of_each_vm_are_measured_when_somebody_looks()
    {
        using var bench = new Bench(new TinyProgram().Nop().Nop().Nop().Wait()).Start();
        bench.Scheduler.Turn();
        using var metrics = new VmMetrics(() => [bench.Vm]);
        var seen = new Dictionary<string, object>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == VmMetrics.MeterName) self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (Equals(tags[0].Value, "bench")) seen[instrument.Name] = value;
        });
        listener.Start();
        listener.RecordObservableInstruments();

        Assert.Equal(3L, seen["edgehypervisor.vm.instructions"]);
        Assert.Equal(1L, seen["edgehypervisor.vm.slices"]);
    }
}
