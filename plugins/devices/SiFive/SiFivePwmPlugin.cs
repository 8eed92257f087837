// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.SiFive;

[assembly: EdgePlugin<SiFivePwmPlugin>("device.sifive.pwm")]

namespace EdgeHypervisor.Devices.SiFive;

/// <summary>Makes SiFive PWM controllers.</summary>
public sealed class SiFivePwmPlugin : IDevicePlugin
{
    /// <inheritdoc/>
    public IDevice Create(IDeviceContext context)
    {
        var options = context.Options;
        var clockHz = (uint)options.GetInteger("clockHz", fallback: 50_000_000, minimum: 1, maximum: 1_000_000_000);
        var compareBits = (int)options.GetInteger("compareBits", fallback: 16, minimum: 8, maximum: 16);
        var liveInterrupts = options.GetBoolean("liveInterrupts", fallback: false);
        options.RefuseUnknown();
        var outputs = new PwmOutput[SiFivePwm.Comparators];
        for (var i = 0; i < outputs.Length; i++) outputs[i] = new PwmOutput(context.Pwm(i), context.Output($"irq{i}"));
        return new SiFivePwm(outputs, context.Clock, context.Unassigned, clockHz, compareBits) { LiveInterrupts = liveInterrupts };
    }
}
