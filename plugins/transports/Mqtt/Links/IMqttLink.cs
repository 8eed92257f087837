// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>
/// The seam to an MQTT client library: one network connection, used once. It neither reconnects nor remembers
/// subscriptions; <see cref="MqttConnection"/> does. Thread-safe.
/// </summary>
/// <remarks>
/// Received messages go to the <see cref="Inbox"/> that the link was made with; while that has no room, the link leaves
/// them in the network.
/// </remarks>
internal interface IMqttLink : IAsyncDisposable
{
    /// <summary>Completes, never fails, when the connection is gone; the result says why.</summary>
    Task<string> Closed { get; }

    /// <summary>Connects.</summary>
    /// <exception cref="TransportException">The broker cannot be reached or refuses.</exception>
    Task<BrokerLimits> ConnectAsync(CancellationToken cancellation);

    /// <summary>Publishes. QoS 0 completes when the library has taken the message, QoS 1 when the broker has acknowledged it.</summary>
    /// <exception cref="TransportException">The broker refuses the message.</exception>
    /// <exception cref="LinkLostException">The connection is gone; nobody knows what became of the message.</exception>
    Task PublishAsync(TransportMessage message);

    /// <summary>Subscribes; completes when the broker has agreed.</summary>
    /// <exception cref="TransportException">The broker refuses.</exception>
    /// <exception cref="LinkLostException">The connection is gone.</exception>
    Task SubscribeAsync(LinkSubscription subscription);

    /// <summary>Unsubscribes. What is asked for one after the other reaches the broker in that order.</summary>
    /// <exception cref="LinkLostException">The connection is gone.</exception>
    Task UnsubscribeAsync(string filter);
}
