// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using EdgeHypervisor.Abstractions;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>Our messages and MQTTnet's.</summary>
// User properties as texts: version 5.2 calls that obsolete, 5.0 has nothing else.
#pragma warning disable CS0618
internal static class MqttNetMessage
{
    public static uint ExpirySeconds(TransportMessage message) =>
        (uint)Math.Clamp(Math.Ceiling(message.Expiry.TotalSeconds), 0, uint.MaxValue);

    public static MqttApplicationMessage Of(TransportMessage message) => new()
    {
        Topic = message.Topic,
        Payload = new ReadOnlySequence<byte>(message.Payload),
        QualityOfServiceLevel = (MqttQualityOfServiceLevel)message.Qos,
        Retain = message.Retain,
        ResponseTopic = message.ResponseTopic,
        CorrelationData = message.CorrelationData.IsEmpty ? null : message.CorrelationData.ToArray(),
        MessageExpiryInterval = ExpirySeconds(message),
        ContentType = message.ContentType,
        UserProperties = [.. message.UserProperties.Select(p => new MqttUserProperty(p.Key, p.Value))],
    };

    public static ReceivedMessage Read(MqttApplicationMessage message) => new(
        new TransportMessage
        {
            Topic = message.Topic,
            Payload = message.Payload.ToArray(),
            Qos = message.QualityOfServiceLevel == MqttQualityOfServiceLevel.AtMostOnce ? TransportQos.AtMostOnce : TransportQos.AtLeastOnce,
            Retain = message.Retain,
            ResponseTopic = message.ResponseTopic,
            CorrelationData = message.CorrelationData,
            Expiry = TimeSpan.FromSeconds(message.MessageExpiryInterval),
            ContentType = message.ContentType,
            UserProperties = [.. (message.UserProperties ?? []).Select(p => new KeyValuePair<string, string>(p.Name, p.Value))],
        },
        [.. (message.SubscriptionIdentifiers ?? []).Select(id => (int)id)]);
}
