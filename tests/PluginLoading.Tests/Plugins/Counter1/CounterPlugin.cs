// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

[assembly: EdgePlugin<TestPlugins.CounterPlugin>("device.test.counter")]

namespace TestPlugins;

/// <summary>Makes devices whose one register tells the plugin's version and counts its reads.</summary>
public sealed class CounterPlugin : IDevicePlugin
{
    public IDevice Create(IDeviceContext context) => new Counter();

    /// <summary>Uses the dependency, so that it has to be loaded.</summary>
    public override string ToString() => Greeting.From($"counter {Counter.PluginVersion}");
}
