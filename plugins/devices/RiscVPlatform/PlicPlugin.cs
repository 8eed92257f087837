// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.RiscVPlatform;

[assembly: EdgePlugin<PlicPlugin>("device.riscv.plic")]

namespace EdgeHypervisor.Devices.RiscVPlatform;

/// <summary>Makes platform-level interrupt controllers.</summary>
public sealed class PlicPlugin : IDevicePlugin
{
    /// <inheritdoc/>
    public IDevice Create(IDeviceContext context)
    {
        var options = context.Options;
        var sources = (int)options.GetInteger("sources", fallback: 95, minimum: 1, maximum: Plic.MaximumSources);
        var contexts = (int)options.GetInteger("contexts", fallback: 2, minimum: 1, maximum: Plic.MaximumContexts);
        options.RefuseUnknown();
        var outputs = new IInterruptLine[contexts];
        for (var index = 0; index < contexts; index++) outputs[index] = context.Output($"context{index}");
        return new Plic(sources, outputs, context.Unassigned);
    }
}
