// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using EdgeHypervisor.Abstractions;

[assembly: EdgePlugin<EdgeHypervisor.Transports.InProcess.InProcessPlugin>("transport.in-process")]

namespace EdgeHypervisor.Transports.InProcess;

/// <summary>A broker inside the process. Connections that name the same <c>broker</c> meet; its words and rules are MQTT's.</summary>
public sealed class InProcessPlugin : ITransportPlugin
{
    private readonly ConcurrentDictionary<string, InProcessBroker> _brokers = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ITransportConnection Create(ITransportContext context)
    {
        var name = context.Options.GetString("broker", "default");
        context.Options.RefuseUnknown();
        return FindBroker(name).CreateConnection(context);
    }

    /// <summary>The broker of a name, made when first asked for.</summary>
    public InProcessBroker FindBroker(string name) => _brokers.GetOrAdd(name, _ => new InProcessBroker());
}
