// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.Virtio;

[assembly: EdgePlugin<VirtioEntropyPlugin>("device.virtio.entropy")]

namespace EdgeHypervisor.Devices.Virtio;

/// <summary>Makes virtio entropy devices.</summary>
public sealed class VirtioEntropyPlugin : VirtioPlugin
{
    private protected override VirtioFunction CreateFunction(IDeviceContext context) => new EntropyFunction(context.RandomSeed);
}
