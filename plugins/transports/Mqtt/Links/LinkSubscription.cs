// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>One subscription as the broker sees it.</summary>
/// <param name="Filter">The topic filter.</param>
/// <param name="Qos">The highest quality of service wanted.</param>
/// <param name="Identifier">Comes back with each message of this subscription; 0 where the broker knows none (section 3.8.2.1.2).</param>
/// <param name="RetainedOnlyIfNew">Retained messages are sent only if the broker did not have this subscription yet.</param>
internal sealed record LinkSubscription(string Filter, TransportQos Qos, int Identifier, bool RetainedOnlyIfNew);
