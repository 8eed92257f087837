// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>One topic filter at the broker, and everybody here who listens to it. Used under its table's lock.</summary>
internal sealed class Subscription(string filter, int identifier)
{
    private Handler[] _handlers = [];
    private LinkSession? _session;
    private int _confirmedListeners;
    private int _listeners;

    public string Filter { get; } = filter;

    /// <summary>Its number in the messages that come for it.</summary>
    public int Identifier { get; } = identifier;

    /// <summary>The highest quality of service that anybody asked for.</summary>
    public TransportQos Qos { get; private set; }

    public bool IsEmpty => _handlers.Length == 0;

    /// <summary>Whether a broker has ever agreed to it; then a session that the broker kept has it too.</summary>
    public bool WasConfirmed => _session is not null;

    /// <summary>Adds a listener; the result is its number, from 1.</summary>
    public int Add(Handler handler, TransportQos qos)
    {
        _handlers = [.. _handlers, handler];
        if (qos > Qos) Qos = qos;
        return ++_listeners;
    }

    public void Remove(Handler handler) => _handlers = [.. _handlers.Where(h => h != handler)];

    /// <summary>The number of the latest listener.</summary>
    public int Listeners => _listeners;

    /// <summary>The broker agreed on this session, for all listeners up to a number.</summary>
    public void Confirm(LinkSession session, int listeners) => (_session, _confirmedListeners) = (session, listeners);

    /// <summary>Whether a listener already gets its messages, the retained ones too.</summary>
    public bool IsConfirmed(LinkSession session, int listener) => _session == session && _confirmedListeners >= listener;

    public void Post(ReceivedMessage message)
    {
        foreach (var handler in _handlers) handler.Post(message);
    }
}
