// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.RiscVPlatform;

[assembly: EdgePlugin<TestFinisherPlugin>("device.sifive.test")]

namespace EdgeHypervisor.Devices.RiscVPlatform;

/// <summary>Makes SiFive test finishers.</summary>
public sealed class TestFinisherPlugin : IDevicePlugin
{
    /// <inheritdoc/>
    public IDevice Create(IDeviceContext context)
    {
        context.Options.RefuseUnknown();
        return new TestFinisher(context.Machine, context.Unassigned);
    }
}
