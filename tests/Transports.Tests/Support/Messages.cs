// SPDX-License-Identifier: Apache-2.0
using System.Text;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Transports.Tests;

internal static class Messages
{
    public static TransportMessage Of(string topic, string payload, TransportQos qos = TransportQos.AtLeastOnce, bool retain = false) => new()
    {
        Topic = topic,
        Payload = Encoding.UTF8.GetBytes(payload),
        Qos = qos,
        Retain = retain,
    };

    public static string Text(this TransportMessage message) => Encoding.UTF8.GetString(message.Payload.Span);
}
