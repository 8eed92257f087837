// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.Virtio;

[assembly: EdgePlugin<VirtioGpioPlugin>("device.virtio.gpio")]

namespace EdgeHypervisor.Devices.Virtio;

/// <summary>Makes virtio GPIO controllers.</summary>
public sealed class VirtioGpioPlugin : VirtioPlugin
{
    private protected override VirtioFunction CreateFunction(IDeviceContext context)
    {
        var lines = (int)context.Options.GetInteger("lines", fallback: 32, minimum: 1, maximum: 256);
        return new GpioFunction(Numbered.Make(lines, context.Gpio));
    }
}
