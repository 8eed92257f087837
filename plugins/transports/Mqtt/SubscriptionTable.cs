// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>The subscriptions of a connection, which outlive its links. Thread-safe.</summary>
internal sealed class SubscriptionTable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Subscription> _byFilter = new(StringComparer.Ordinal);
    private readonly Dictionary<int, Subscription> _byIdentifier = [];
    private int _lastIdentifier;

    /// <summary>Adds a listener to a filter; the result is its subscription and its number there.</summary>
    public (Subscription Subscription, int Listener) Add(string filter, TransportQos qos, Handler handler)
    {
        lock (_lock)
        {
            if (!_byFilter.TryGetValue(filter, out var subscription))
            {
                subscription = new Subscription(filter, ++_lastIdentifier);
                _byFilter.Add(filter, subscription);
                _byIdentifier.Add(subscription.Identifier, subscription);
            }
            return (subscription, subscription.Add(handler, qos));
        }
    }

    /// <summary>
    /// Takes a listener out. With the filter's last one it unsubscribes, and begins that before anybody can add the filter
    /// anew: else the broker might hear of the new subscription first, and end that one.
    /// </summary>
    /// <returns>Completes when that is done; at once when others listen still.</returns>
    public Task Remove(Subscription subscription, Handler handler, Func<Task> unsubscribe)
    {
        lock (_lock)
        {
            subscription.Remove(handler);
            if (!subscription.IsEmpty) return Task.CompletedTask;
            _byIdentifier.Remove(subscription.Identifier);
            return _byFilter.Remove(subscription.Filter) ? unsubscribe() : Task.CompletedTask;
        }
    }

    /// <summary>Subscribes everything on a new session. Refusals are reported: the others still count.</summary>
    public async Task SubscribeAllAsync(LinkSession session, Action<string> report)
    {
        Subscription[] all;
        lock (_lock) all = [.. _byFilter.Values];
        foreach (var subscription in all)
        {
            try
            {
                // Where the broker kept the session it kept the subscription: retained messages were had before.
                bool had;
                lock (_lock) had = session.Limits.SessionPresent && subscription.WasConfirmed;
                await SubscribeAsync(subscription, session, had).ConfigureAwait(false);
            }
            catch (TransportException e)
            {
                report($"'{subscription.Filter}': {e.Message}");
            }
        }
    }

    /// <summary>Subscribes for one listener, unless that was done on this session since it came.</summary>
    public Task SubscribeAsync(Subscription subscription, int listener, LinkSession session)
    {
        lock (_lock)
        {
            if (subscription.IsConfirmed(session, listener)) return Task.CompletedTask;
        }
        return SubscribeAsync(subscription, session, retainedOnlyIfNew: false);
    }

    /// <summary>
    /// Hands a message to whom it is for. A broker may send it once for each subscription that takes it in, so the identifier
    /// decides where there is one; the filters do without, or when the identifier is an earlier process's.
    /// </summary>
    public void Deliver(ReceivedMessage message)
    {
        lock (_lock)
        {
            var topic = message.Message.Topic;
            var named = message.SubscriptionIdentifiers.Select(id => _byIdentifier.GetValueOrDefault(id))
                .OfType<Subscription>().Where(s => TopicFilter.Matches(s.Filter, topic)).ToList();
            var targets = named.Count > 0 ? named : _byFilter.Values.Where(s => TopicFilter.Matches(s.Filter, topic));
            foreach (var subscription in targets) subscription.Post(message);
        }
    }

    private async Task SubscribeAsync(Subscription subscription, LinkSession session, bool retainedOnlyIfNew)
    {
        int listeners;
        lock (_lock) listeners = subscription.Listeners;
        await session.SubscribeAsync(subscription, retainedOnlyIfNew).ConfigureAwait(false);
        lock (_lock) subscription.Confirm(session, listeners);
    }
}
