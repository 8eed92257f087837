// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Virtio;

/// <summary>What the virtio plugins have in common: a function behind the MMIO transport.</summary>
public abstract class VirtioPlugin : IDevicePlugin
{
    /// <inheritdoc/>
    public IDevice Create(IDeviceContext context)
    {
        var function = CreateFunction(context);
        context.Options.RefuseUnknown();
        return new VirtioMmio(function, context);
    }

    private protected abstract VirtioFunction CreateFunction(IDeviceContext context);
}
