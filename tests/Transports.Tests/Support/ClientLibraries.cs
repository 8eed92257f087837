// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Transports.Mqtt;

namespace EdgeHypervisor.Transports.Tests;

/// <summary>The MQTT client libraries of this build, where this machine has a broker for them.</summary>
public sealed class ClientLibraries : TheoryData<string>
{
    public ClientLibraries()
    {
        if (!AllTransports.HasMosquitto) return;
        foreach (var links in LinkFactories.All) Add(links.Name);
    }
}
