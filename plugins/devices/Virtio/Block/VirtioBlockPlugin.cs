// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.Virtio;

[assembly: EdgePlugin<VirtioBlockPlugin>("device.virtio.block")]

namespace EdgeHypervisor.Devices.Virtio;

/// <summary>Makes virtio disks.</summary>
public sealed class VirtioBlockPlugin : VirtioPlugin
{
    private protected override VirtioFunction CreateFunction(IDeviceContext context) => new BlockFunction(context.Block(), context.Name);
}
