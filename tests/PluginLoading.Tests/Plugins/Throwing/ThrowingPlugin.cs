// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

[assembly: EdgePlugin<TestPlugins.ThrowingPlugin>("device.test.throwing")]

namespace TestPlugins;

/// <summary>Cannot even be made.</summary>
public sealed class ThrowingPlugin : IDevicePlugin
{
    public ThrowingPlugin() => throw new InvalidOperationException("the moon is in the wrong phase");

    public IDevice Create(IDeviceContext context) => throw new NotSupportedException();
}
