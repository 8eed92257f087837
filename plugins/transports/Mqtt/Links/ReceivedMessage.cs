// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>A message as it came in.</summary>
/// <param name="Message">The message.</param>
/// <param name="SubscriptionIdentifiers">The subscriptions it came for; empty where the broker does not say.</param>
internal readonly record struct ReceivedMessage(TransportMessage Message, IReadOnlyList<int> SubscriptionIdentifiers);
