// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>Opens simulated analogue inputs.</summary>
internal sealed class SimulatedAdcDriver(IDriverContext context) : SimulatedDriver<SimulatedAdcSettings>(context)
{
    public override PeripheralKind Kind => PeripheralKind.Adc;

    protected override SimulatedAdcSettings Read(ComponentOptions options) => new(
        options.Owner,
        options.GetString("chip", "simulated"),
        (int)options.GetInteger("channel", maximum: 255),
        options.GetNumber("volts", 0),
        options.GetNumber("referenceVolts", 3.3),
        (int)options.GetInteger("bits", 12, minimum: 1, maximum: 24));

    protected override string Place(SimulatedAdcSettings settings) => $"ADC channel {settings.Channel} of chip {settings.Chip}";

    protected override string ContentionKey(SimulatedAdcSettings settings) => $"simulated.adc/{settings.Chip}";

    protected override IPeripheral Open(SimulatedAdcSettings settings, IDisposable claim) => new SimulatedAdcChannel(settings, claim);
}
