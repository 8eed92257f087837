// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.Uart16550;

[assembly: EdgePlugin<Uart16550Plugin>("device.uart.16550")]

namespace EdgeHypervisor.Devices.Uart16550;

/// <summary>Makes NS16550A serial ports.</summary>
public sealed class Uart16550Plugin : IDevicePlugin
{
    /// <summary>The input clock of QEMU's <c>virt</c> machine, 3.6864 MHz: 115,200 baud at a divisor of 2.</summary>
    private const uint DefaultClockHz = 3_686_400;

    /// <inheritdoc/>
    public IDevice Create(IDeviceContext context)
    {
        var options = context.Options;
        var registerShift = (int)options.GetInteger("registerShift", fallback: 0, minimum: 0, maximum: 2);
        var clockHz = (uint)options.GetInteger("clockHz", DefaultClockHz, minimum: 1, maximum: uint.MaxValue);
        options.RefuseUnknown();
        return new Uart16550(
            context.Output("irq"), context.Uart(), context.Clock, context.Unassigned, registerShift, clockHz);
    }
}
