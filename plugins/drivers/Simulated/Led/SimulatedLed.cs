// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>A light that remembers its brightness.</summary>
internal sealed class SimulatedLed(SimulatedLedSettings settings, IDisposable claim) : ILed, ISimulated, IImmediate
{
    private int _brightness;
    private long _changes;

    public bool IsImmediate => true;

    public int MaximumBrightness => settings.MaximumBrightness;

    public void SetBrightness(int brightness)
    {
        if (brightness < 0 || brightness > MaximumBrightness)
            throw new PeripheralException($"{settings.Owner}: a brightness of {brightness} is not from 0 to {MaximumBrightness}");
        if (Interlocked.Exchange(ref _brightness, brightness) != brightness) Interlocked.Increment(ref _changes);
    }

    public IReadOnlyDictionary<string, string> Observe() => new Dictionary<string, string>
    {
        ["brightness"] = Outside.Format(Volatile.Read(ref _brightness)),
        ["changes"] = Outside.Format(Interlocked.Read(ref _changes)),
    };

    public void Change(string name, string value) => throw Outside.Unknown(settings.Owner, name, "nothing");

    public void Dispose() => claim.Dispose();
}
