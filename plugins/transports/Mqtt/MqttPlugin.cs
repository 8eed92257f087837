// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

[assembly: EdgePlugin<EdgeHypervisor.Transports.Mqtt.MqttPlugin>("transport.mqtt")]

namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>MQTT 5 (OASIS MQTT 5.0) over TCP or TLS.</summary>
public sealed class MqttPlugin : ITransportPlugin
{
    /// <inheritdoc/>
    public ITransportConnection Create(ITransportContext context)
    {
        var settings = MqttSettings.Read(context.Options);
        var links = FindLinks(context.Options.Owner, settings.Client);
        links.VerifyInstalled();
        return new MqttConnection(context, settings, links, TimeProvider.System);
    }

    private static IMqttLinkFactory FindLinks(string owner, string? client)
    {
        var all = LinkFactories.All;
        if (client is null) return all[0];
        return all.FirstOrDefault(f => f.Name == client)
            ?? throw new OptionException(owner, "client", $"'{client}' is not in this build; it has {string.Join(", ", all.Select(f => f.Name))}");
    }
}
