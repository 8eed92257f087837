// SPDX-License-Identifier: Apache-2.0
using System.Text;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>How large a message becomes on the wire: a broker cuts the connection of whoever sends it too large a packet.</summary>
internal static class PacketSize
{
    // Fixed header (1), remaining length (4), topic length (2), packet identifier (2), property length (4).
    private const int HeaderBytes = 13;

    /// <summary>Left for topic and properties when saying how large a payload may be.</summary>
    public const int HeadroomBytes = 1024;

    /// <summary>An upper bound for a PUBLISH packet (OASIS MQTT 5.0, section 3.3).</summary>
    public static long Of(TransportMessage message)
    {
        long bytes = HeaderBytes + Utf8(message.Topic) + message.Payload.Length;
        if (message.Expiry > TimeSpan.Zero) bytes += 5;
        if (message.ResponseTopic is { } topic) bytes += 3 + Utf8(topic);
        if (message.ContentType is { } type) bytes += 3 + Utf8(type);
        if (!message.CorrelationData.IsEmpty) bytes += 3 + message.CorrelationData.Length;
        return bytes + message.UserProperties.Sum(p => 5L + Utf8(p.Key) + Utf8(p.Value));
    }

    private static int Utf8(string text) => Encoding.UTF8.GetByteCount(text);
}
