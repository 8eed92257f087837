// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime.Tests;

/// <summary>A device plugin from a lambda.</summary>
internal sealed class FakeDevicePlugin(Func<IDeviceContext, IDevice> create) : IDevicePlugin
{
    public IDevice Create(IDeviceContext context) => create(context);
}
