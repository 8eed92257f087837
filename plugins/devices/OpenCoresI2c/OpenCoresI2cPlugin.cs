// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.OpenCoresI2c;

[assembly: EdgePlugin<OpenCoresI2cPlugin>("device.opencores.i2c")]

namespace EdgeHypervisor.Devices.OpenCoresI2c;

/// <summary>Makes OpenCores I2C controllers.</summary>
public sealed class OpenCoresI2cPlugin : IDevicePlugin
{
    /// <inheritdoc/>
    public IDevice Create(IDeviceContext context)
    {
        var options = context.Options;
        var registerShift = (int)options.GetInteger("registerShift", fallback: 2, minimum: 0, maximum: 2);
        var clockHz = (uint)options.GetInteger("clockHz", fallback: 50_000_000, minimum: 1, maximum: uint.MaxValue);
        var bridge = new I2cByteBridge(context.I2c(), context.Clock)
        {
            ReadAheadBytes = (int)options.GetInteger("readAhead", fallback: 32, minimum: 1, maximum: I2cByteBridge.MaximumBytes),
            ProbesAfterWrite = options.GetBoolean("probeAfterWrite", fallback: true),
        };
        options.RefuseUnknown();
        return new OpenCoresI2c(bridge, context.Output("irq"), context.Unassigned, registerShift, clockHz);
    }
}
