// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Transports.InProcess;

/// <summary>One client of an <see cref="InProcessBroker"/>. Its state is the broker's, under the broker's lock.</summary>
internal sealed class InProcessConnection(InProcessBroker broker, ITransportContext context) : ITransportConnection
{
    private volatile TaskCompletionSource _online = NewSignal();

    public event Action<bool>? ConnectionChanged;

    public string ClientId => context.ClientId;

    public TransportMessage? Will => context.Will;

    public bool KeepsSession => context.SessionExpiry > TimeSpan.Zero;

    public bool IsConnected => _online.Task.IsCompletedSuccessfully;

    public int MaximumPayloadBytes => broker.MaximumPayloadBytes;

    /// <summary>Handlers, in the order of subscribing.</summary>
    internal List<InProcessSubscription> Subscriptions { get; } = [];

    /// <summary>QoS 1 messages that came while it was away.</summary>
    internal Queue<StoredMessage> Missed { get; } = new();

    /// <summary>Whether it wants to be connected.</summary>
    internal bool IsOpen { get; set; }

    /// <summary>Whether it was disposed.</summary>
    internal bool IsDisposed { get; set; }

    public async Task ConnectAsync(CancellationToken cancellation)
    {
        broker.Open(this);
        await _online.Task.WaitAsync(cancellation).ConfigureAwait(false);
    }

    public async Task PublishAsync(TransportMessage message, CancellationToken cancellation)
    {
        Verify(message);
        if (message.Qos == TransportQos.AtMostOnce && !IsConnected) throw new TransportException("in-process broker: not connected");
        while (!IsConnected) await _online.Task.WaitAsync(cancellation).ConfigureAwait(false);
        broker.Publish(ClientId, message);
    }

    public async Task<IAsyncDisposable> SubscribeAsync(
        string topicFilter, TransportQos qos, Func<TransportMessage, ValueTask> handler, CancellationToken cancellation)
    {
        if (!TopicFilter.IsFilter(topicFilter)) throw new TransportException($"'{topicFilter}' is not a topic filter");
        await _online.Task.WaitAsync(cancellation).ConfigureAwait(false);
        var subscription = new InProcessSubscription(this, topicFilter, qos, handler);
        broker.Add(this, subscription);
        return subscription;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var subscription in broker.Close(this)) await subscription.DisposeAsync().ConfigureAwait(false);
        _online.TrySetException(new ObjectDisposedException(nameof(InProcessConnection)));
        _ = _online.Task.Exception;
    }

    public void Report(string message) => context.Report(message);

    internal void Remove(InProcessSubscription subscription) => broker.Remove(this, subscription);

    internal void GoOnline()
    {
        if (!_online.TrySetResult()) return;
        ConnectionChanged?.Invoke(true);
    }

    internal void GoOffline()
    {
        if (!IsConnected) return;
        _online = NewSignal();
        ConnectionChanged?.Invoke(false);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Verify(TransportMessage message)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (!TopicFilter.IsTopic(message.Topic)) throw new TransportException($"'{message.Topic}' is not a topic that can be published to");
        if (message.ResponseTopic is { } response && !TopicFilter.IsTopic(response))
            throw new TransportException($"'{response}' is not a topic that an answer can be published to");
        if (message.Payload.Length > MaximumPayloadBytes)
        {
            throw new TransportException(
                $"in-process broker: the message on '{message.Topic}' has {message.Payload.Length} bytes; accepted are {MaximumPayloadBytes}");
        }
    }
}
