// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

[assembly: EdgePlugin<TestPlugins.TransportInDisguise>("device.test.disguised")]

namespace TestPlugins;

/// <summary>Says that it is a device; is a transport.</summary>
public sealed class TransportInDisguise : ITransportPlugin
{
    public ITransportConnection Create(ITransportContext context) => throw new NotSupportedException();
}
