// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>Links on the MQTTnet package.</summary>
internal sealed class MqttNetLinkFactory : IMqttLinkFactory
{
    public string Name => "MQTTnet";

    public IMqttLink Create(LinkSettings settings, Inbox inbox) => new MqttNetLink(settings, inbox);

    // It is in the plugin's own folder.
    public void VerifyInstalled() { }
}
