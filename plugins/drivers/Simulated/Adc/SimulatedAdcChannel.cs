// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>An analogue input: the outside sets a voltage, the inside sees it in the steps of a converter.</summary>
internal sealed class SimulatedAdcChannel(SimulatedAdcSettings settings, IDisposable claim) : IAdcChannel, ISimulated, IImmediate
{
    private double _volts = settings.Volts;
    private long _samples;

    public bool IsImmediate => true;

    public long ReadMicrovolts()
    {
        Interlocked.Increment(ref _samples);
        var steps = (1L << settings.Bits) - 1;
        var code = (long)Math.Round(Math.Clamp(Volatile.Read(ref _volts) / settings.ReferenceVolts, 0, 1) * steps);
        return (long)Math.Round(code * settings.ReferenceVolts * 1e6 / steps);
    }

    public IReadOnlyDictionary<string, string> Observe() => new Dictionary<string, string>
    {
        ["volts"] = Outside.Format(Volatile.Read(ref _volts)),
        ["samples"] = Outside.Format(Interlocked.Read(ref _samples)),
    };

    public void Change(string name, string value)
    {
        if (name != "volts") throw Outside.Unknown(settings.Owner, name, "volts");
        Volatile.Write(ref _volts, Outside.Number(settings.Owner, name, value, -1000, 1000));
    }

    public void Dispose() => claim.Dispose();
}
