// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.SiFive;

[assembly: EdgePlugin<SiFiveGpioPlugin>("device.sifive.gpio")]

namespace EdgeHypervisor.Devices.SiFive;

/// <summary>Makes SiFive GPIO controllers.</summary>
public sealed class SiFiveGpioPlugin : IDevicePlugin
{
    /// <inheritdoc/>
    public IDevice Create(IDeviceContext context)
    {
        var options = context.Options;
        var lines = (int)options.GetInteger("lines", fallback: 32, minimum: 1, maximum: 32);
        options.RefuseUnknown();
        var interrupts = Numbered.Make(lines, line => context.Output($"irq{line}"));
        return new SiFiveGpio(Numbered.Make(lines, context.Gpio), interrupts, context.Unassigned);
    }
}
