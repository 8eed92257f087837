// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EggTimer;

[assembly: EdgePlugin<EggTimerPlugin>("device.egg-timer")]

namespace EggTimer;

/// <summary>Makes egg timers. One factory serves all VMs, so it keeps nothing.</summary>
public sealed class EggTimerPlugin : IDevicePlugin
{
    public IDevice Create(IDeviceContext context)
    {
        context.Options.RefuseUnknown();
        return new EggTimerDevice(context);
    }
}
