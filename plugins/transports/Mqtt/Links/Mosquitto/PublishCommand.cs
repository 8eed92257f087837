// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>PUBLISH.</summary>
internal sealed class PublishCommand(TransportMessage message) : MosquittoCommand
{
    public override bool IsAnswered => message.Qos != TransportQos.AtMostOnce;

    public override unsafe int Send(nint client, out int id)
    {
        using var properties = MosquittoProperties.OfMessage(message);
        // SAFETY: the payload stays pinned during the call, which copies.
        fixed (byte* payload = message.Payload.Span)
        {
            return Mosquitto.Publish(
                client, out id, message.Topic, message.Payload.Length, payload, (int)message.Qos, message.Retain, properties.List);
        }
    }
}
