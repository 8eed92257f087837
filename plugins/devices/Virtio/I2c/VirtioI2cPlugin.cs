// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.Virtio;

[assembly: EdgePlugin<VirtioI2cPlugin>("device.virtio.i2c")]

namespace EdgeHypervisor.Devices.Virtio;

/// <summary>Makes virtio I2C adapters.</summary>
public sealed class VirtioI2cPlugin : VirtioPlugin
{
    private protected override VirtioFunction CreateFunction(IDeviceContext context) => new I2cFunction(context.I2c());
}
