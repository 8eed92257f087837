// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Transports.InProcess;

/// <summary>
/// A broker with MQTT's rules: wildcards, retained messages, last will, expiry, sessions that queue QoS 1. Tests make it
/// lose, double, delay and reorder messages, cut clients off, and stop it altogether. Thread-safe.
/// </summary>
/// <param name="time">The clock of expiry and delays; null for the system's.</param>
public sealed class InProcessBroker(TimeProvider? time = null)
{
    private const int MaximumMissed = 1000;

    private readonly Lock _lock = new();
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Dictionary<string, InProcessConnection> _clients = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StoredMessage> _retained = new(StringComparer.Ordinal);
    private readonly HashSet<string> _cutOff = new(StringComparer.Ordinal);
    private bool _stopped;

    /// <summary>The largest payload that it takes, in bytes.</summary>
    public int MaximumPayloadBytes { get; init; } = 1 << 20;

    /// <summary>Decides what becomes of each message on its way to each subscriber; null: all arrive. Called under the broker's lock.</summary>
    public Func<InProcessDelivery, InProcessFault>? Faults { get; set; }

    /// <summary>Makes a client, not yet connected.</summary>
    public ITransportConnection CreateConnection(ITransportContext context) => new InProcessConnection(this, context);

    /// <summary>Breaks a client's connection without a goodbye, so that its will is published, and keeps it out.</summary>
    public void CutOff(string clientId)
    {
        lock (_lock) _cutOff.Add(clientId);
        ForEachClient(c => c.ClientId == clientId, Lose);
    }

    /// <summary>Lets a client in again: it comes back by itself.</summary>
    public void LetIn(string clientId)
    {
        lock (_lock) _cutOff.Remove(clientId);
        ForEachClient(c => c.ClientId == clientId, Admit);
    }

    /// <summary>The broker dies: all connections break, and no will is published. Retained messages and sessions are kept.</summary>
    public void Stop()
    {
        _stopped = true;
        ForEachClient(_ => true, c => c.GoOffline());
    }

    /// <summary>The broker is back, and so are its clients.</summary>
    public void Start()
    {
        _stopped = false;
        ForEachClient(_ => true, Admit);
    }

    internal void Open(InProcessConnection client)
    {
        InProcessConnection? earlier;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(client.IsDisposed, client);
            earlier = _clients.GetValueOrDefault(client.ClientId);
            _clients[client.ClientId] = client;
            client.IsOpen = true;
            if (earlier is not null && earlier != client) TakeOver(earlier, client);
        }
        Admit(client);
    }

    internal IReadOnlyList<InProcessSubscription> Close(InProcessConnection client)
    {
        lock (_lock)
        {
            client.IsDisposed = true;
            client.IsOpen = false;
            if (_clients.GetValueOrDefault(client.ClientId) == client) _clients.Remove(client.ClientId);
            client.GoOffline();
            return [.. client.Subscriptions];
        }
    }

    internal void Add(InProcessConnection client, InProcessSubscription subscription)
    {
        lock (_lock)
        {
            client.Subscriptions.Add(subscription);
            foreach (var message in _retained.Values.Select(m => m.At(_time.GetUtcNow())).OfType<TransportMessage>())
            {
                if (TopicFilter.Matches(subscription.Filter, message.Topic)) Deliver("", client, subscription, message);
            }
        }
    }

    internal void Remove(InProcessConnection client, InProcessSubscription subscription)
    {
        lock (_lock) client.Subscriptions.Remove(subscription);
    }

    internal void Publish(string from, TransportMessage message)
    {
        lock (_lock)
        {
            if (message.Retain) Retain(message);
            var plain = message with { Retain = false };
            foreach (var client in _clients.Values.ToList()) PublishTo(client, from, plain);
        }
    }

    private void PublishTo(InProcessConnection client, string from, TransportMessage message)
    {
        var matching = client.Subscriptions.Where(s => TopicFilter.Matches(s.Filter, message.Topic)).ToList();
        if (matching.Count == 0) return;
        if (client.IsConnected)
            matching.ForEach(s => Deliver(from, client, s, message));
        else if (client.KeepsSession && message.Qos == TransportQos.AtLeastOnce && client.Missed.Count < MaximumMissed)
            client.Missed.Enqueue(new StoredMessage(message, _time.GetUtcNow()));
    }

    // An empty payload takes the retained message away (OASIS MQTT 5.0, section 3.3.1.3).
    private void Retain(TransportMessage message)
    {
        if (message.Payload.IsEmpty)
            _retained.Remove(message.Topic);
        else
            _retained[message.Topic] = new StoredMessage(message, _time.GetUtcNow());
    }

    private void Deliver(string from, InProcessConnection client, InProcessSubscription subscription, TransportMessage message)
    {
        var fault = Faults?.Invoke(new InProcessDelivery(from, client.ClientId, message)) ?? InProcessFault.None;
        for (var copy = 0; copy < fault.Copies; copy++)
        {
            if (fault.Delay > TimeSpan.Zero)
                DeliverLater(subscription, message, fault.Delay);
            else
                subscription.Post(message);
        }
    }

    private void DeliverLater(InProcessSubscription subscription, TransportMessage message, TimeSpan delay)
    {
        ITimer? timer = null;
        timer = _time.CreateTimer(
            _ =>
            {
                subscription.Post(message);
                timer?.Dispose();
            },
            null, delay, Timeout.InfiniteTimeSpan);
    }

    private void TakeOver(InProcessConnection earlier, InProcessConnection client)
    {
        earlier.IsOpen = false;
        Lose(earlier);
        if (!client.KeepsSession) return;
        while (earlier.Missed.TryDequeue(out var missed)) client.Missed.Enqueue(missed);
    }

    private void Admit(InProcessConnection client)
    {
        lock (_lock)
        {
            if (_stopped || !client.IsOpen || _cutOff.Contains(client.ClientId)) return;
            client.GoOnline();
            while (client.Missed.TryDequeue(out var missed))
            {
                if (missed.At(_time.GetUtcNow()) is { } message) PublishTo(client, "", message);
            }
        }
    }

    private void Lose(InProcessConnection client)
    {
        lock (_lock)
        {
            if (!client.IsConnected) return;
            client.GoOffline();
            if (client.Will is { } will) Publish(client.ClientId, will);
        }
    }

    private void ForEachClient(Func<InProcessConnection, bool> which, Action<InProcessConnection> act)
    {
        List<InProcessConnection> clients;
        lock (_lock) clients = [.. _clients.Values.Where(which)];
        clients.ForEach(act);
    }
}
