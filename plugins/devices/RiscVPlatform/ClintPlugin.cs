// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.RiscVPlatform;

[assembly: EdgePlugin<ClintPlugin>("device.riscv.clint")]

namespace EdgeHypervisor.Devices.RiscVPlatform;

/// <summary>Makes core-local interruptors.</summary>
public sealed class ClintPlugin : IDevicePlugin
{
    /// <summary>What QEMU's <c>virt</c> machine has, 10 MHz.</summary>
    private const uint DefaultTimebaseHz = 10_000_000;

    /// <inheritdoc/>
    public IDevice Create(IDeviceContext context)
    {
        var options = context.Options;
        var harts = (int)options.GetInteger("harts", fallback: 1, minimum: 1, maximum: Clint.MaximumHarts);
        var timebaseHz = (uint)options.GetInteger("timebaseHz", DefaultTimebaseHz, minimum: 1, maximum: 1_000_000_000);
        options.RefuseUnknown();
        var lines = new HartLines[harts];
        for (var hart = 0; hart < harts; hart++) lines[hart] = new HartLines(context.Output($"msip{hart}"), context.Output($"mtip{hart}"));
        return new Clint(lines, context.Clock, context.Unassigned, timebaseHz);
    }
}
