// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>What the broker said about itself when it accepted the connection (OASIS MQTT 5.0, section 3.2.2.3).</summary>
/// <param name="SessionPresent">It still had our session, with its subscriptions.</param>
/// <param name="MaximumPacketBytes">The largest packet that it takes.</param>
/// <param name="ReceiveMaximum">How many QoS 1 messages may wait for their acknowledgement.</param>
/// <param name="SubscriptionIdentifiers">Whether it supports subscription identifiers.</param>
internal sealed record BrokerLimits(bool SessionPresent, uint MaximumPacketBytes, ushort ReceiveMaximum, bool SubscriptionIdentifiers)
{
    /// <summary>What the protocol itself allows: a remaining length of 268,435,455 and its header (section 2.1.4).</summary>
    public const uint ProtocolMaximumPacketBytes = 268_435_460;
}
