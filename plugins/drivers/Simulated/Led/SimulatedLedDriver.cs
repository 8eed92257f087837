// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>Opens simulated lights.</summary>
internal sealed class SimulatedLedDriver(IDriverContext context) : SimulatedDriver<SimulatedLedSettings>(context)
{
    public override PeripheralKind Kind => PeripheralKind.Led;

    protected override SimulatedLedSettings Read(ComponentOptions options) =>
        new(options.Owner, options.GetString("name"), (int)options.GetInteger("maximumBrightness", 1, minimum: 1, maximum: 65535));

    protected override string Place(SimulatedLedSettings settings) => $"LED {settings.Name}";

    protected override string? ContentionKey(SimulatedLedSettings settings) => null;

    protected override IPeripheral Open(SimulatedLedSettings settings, IDisposable claim) => new SimulatedLed(settings, claim);
}
