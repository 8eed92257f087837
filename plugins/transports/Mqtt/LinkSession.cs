// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>A link that is connected, with its broker's limits kept.</summary>
internal sealed class LinkSession(IMqttLink link, BrokerLimits limits)
{
    // More than a few in flight gain nothing, and cost the broker memory for each; libmosquitto queues what exceeds 20.
    private const int MaximumInFlight = 20;

    private readonly SemaphoreSlim _inFlight = new(Math.Clamp(limits.ReceiveMaximum, (ushort)1, (ushort)MaximumInFlight));

    private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IMqttLink Link => link;

    /// <summary>Completes when the connection has taken notice that this session is over.</summary>
    public Task Lost => _lost.Task;

    public BrokerLimits Limits => limits;

    /// <summary>Publishes when the broker's Receive Maximum has room for it.</summary>
    public async Task PublishAsync(TransportMessage message, CancellationToken cancellation)
    {
        if (message.Qos == TransportQos.AtMostOnce)
        {
            await link.PublishAsync(message).ConfigureAwait(false);
            return;
        }
        await _inFlight.WaitAsync(cancellation).ConfigureAwait(false);
        var publishing = link.PublishAsync(message);
        _ = publishing.ContinueWith(_ => _inFlight.Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        // Whoever gives up waiting does not free the place: the message is on its way.
        await publishing.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Subscribes, with an identifier if the broker knows that.</summary>
    public Task SubscribeAsync(Subscription subscription, bool retainedOnlyIfNew) => link.SubscribeAsync(new LinkSubscription(
        subscription.Filter,
        subscription.Qos,
        limits.SubscriptionIdentifiers ? subscription.Identifier : 0,
        retainedOnlyIfNew));

    /// <summary>The session is over.</summary>
    public void MarkLost() => _lost.TrySetResult();
}
