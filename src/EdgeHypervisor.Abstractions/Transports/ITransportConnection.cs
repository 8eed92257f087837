// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>
/// One connection to the broker. It connects again by itself, with its subscriptions, until it is disposed.
/// Thread-safe.
/// </summary>
public interface ITransportConnection : IAsyncDisposable
{
    /// <summary>True between a successful connect and the loss of it. Announced after the change, from any thread.</summary>
    event Action<bool>? ConnectionChanged;

    /// <summary>Whether it is connected now.</summary>
    bool IsConnected { get; }

    /// <summary>The largest payload in bytes that the other side takes; known once connected.</summary>
    int MaximumPayloadBytes { get; }

    /// <summary>Connects; keeps trying until it succeeds or is cancelled, and reports why it does not.</summary>
    Task ConnectAsync(CancellationToken cancellation);

    /// <summary>
    /// Publishes. Completes when the transport has taken it: QoS 0 at once, QoS 1 when acknowledged by the broker,
    /// which is not delivery.
    /// </summary>
    /// <exception cref="TransportException">Not connected (QoS 0), refused, or too large.</exception>
    Task PublishAsync(TransportMessage message, CancellationToken cancellation);

    /// <summary>
    /// Subscribes with MQTT's wildcards. The handler gets one message at a time in the order of arrival; while it runs,
    /// further ones wait, in bounded room. Disposing the result unsubscribes.
    /// </summary>
    Task<IAsyncDisposable> SubscribeAsync(string topicFilter, TransportQos qos, Func<TransportMessage, ValueTask> handler, CancellationToken cancellation);
}
