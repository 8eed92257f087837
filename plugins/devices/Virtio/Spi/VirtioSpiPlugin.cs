// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.Virtio;

[assembly: EdgePlugin<VirtioSpiPlugin>("device.virtio.spi")]

namespace EdgeHypervisor.Devices.Virtio;

/// <summary>Makes virtio SPI controllers.</summary>
public sealed class VirtioSpiPlugin : VirtioPlugin
{
    private protected override VirtioFunction CreateFunction(IDeviceContext context)
    {
        var chipSelects = (int)context.Options.GetInteger("chipSelects", fallback: 4, minimum: 1, maximum: 32);
        return new SpiFunction(Numbered.Make(chipSelects, context.Spi));
    }
}
