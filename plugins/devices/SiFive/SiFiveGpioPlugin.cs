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
        var ports = new IGpioPort[lines];
        var interrupts = new IInterruptLine[lines];
        for (var line = 0; line < lines; line++) (ports[line], interrupts[line]) = (context.Gpio(line), context.Output($"irq{line}"));
        return new SiFiveGpio(ports, interrupts, context.Unassigned);
    }
}
