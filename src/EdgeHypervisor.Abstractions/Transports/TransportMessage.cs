// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A message on a topic, with the properties of MQTT 5 (OASIS MQTT 5.0, section 3.3.2.3) that we use.</summary>
public sealed record TransportMessage
{
    /// <summary>The topic, without wildcards.</summary>
    public required string Topic { get; init; }

    /// <summary>The payload. Belongs to whoever holds the message; not changed after publishing.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>Quality of service.</summary>
    public TransportQos Qos { get; init; }

    /// <summary>Whether the broker keeps it as the topic's last value.</summary>
    public bool Retain { get; init; }

    /// <summary>Where an answer is expected; null when none is.</summary>
    public string? ResponseTopic { get; init; }

    /// <summary>What an answer repeats, so that the asker knows it; empty when none.</summary>
    public ReadOnlyMemory<byte> CorrelationData { get; init; }

    /// <summary>After this time the broker does not deliver it any more; zero: no limit. Whole seconds.</summary>
    public TimeSpan Expiry { get; init; }

    /// <summary>MIME type of the payload; null when not said.</summary>
    public string? ContentType { get; init; }

    /// <summary>User properties, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> UserProperties { get; init; } = [];
}
