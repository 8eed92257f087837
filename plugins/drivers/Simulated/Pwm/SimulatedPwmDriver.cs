// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>Opens simulated PWM channels.</summary>
internal sealed class SimulatedPwmDriver(IDriverContext context) : SimulatedDriver<SimulatedPwmSettings>(context)
{
    public override PeripheralKind Kind => PeripheralKind.Pwm;

    protected override SimulatedPwmSettings Read(ComponentOptions options) =>
        new(options.Owner, options.GetString("chip", "simulated"), (int)options.GetInteger("channel", maximum: 255));

    protected override string Place(SimulatedPwmSettings settings) => $"PWM channel {settings.Channel} of chip {settings.Chip}";

    protected override string? ContentionKey(SimulatedPwmSettings settings) => null;

    protected override IPeripheral Open(SimulatedPwmSettings settings, IDisposable claim) => new SimulatedPwmChannel(settings, claim);
}
