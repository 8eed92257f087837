// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>SUBSCRIBE to one filter.</summary>
internal sealed class SubscribeCommand(LinkSubscription subscription) : MosquittoCommand
{
    // Retain Handling 1 in bits 4 and 5 (OASIS MQTT 5.0, section 3.8.3.1).
    private const int SendRetainedIfNew = 0x10;

    public override int Send(nint client, out int id)
    {
        using var properties = MosquittoProperties.OfSubscribe(subscription.Identifier);
        var options = subscription.RetainedOnlyIfNew ? SendRetainedIfNew : 0;
        return Mosquitto.Subscribe(client, out id, subscription.Filter, (int)subscription.Qos, options, properties.List);
    }
}
