// SPDX-License-Identifier: Apache-2.0
using System.Threading.Channels;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Host.Tests.Fleet;

/// <summary>A connection whose other end is the test.</summary>
internal sealed class FakeConnection : ITransportConnection
{
    private readonly List<(string Filter, Func<TransportMessage, ValueTask> Handler)> _subscriptions = [];
    private readonly Channel<TransportMessage> _published = Channel.CreateUnbounded<TransportMessage>();

    public event Action<bool>? ConnectionChanged;

    public bool IsConnected => true;

    /// <summary>Done when the broker takes subscriptions.</summary>
    public Task Subscribable { get; set; } = Task.CompletedTask;

    public int MaximumPayloadBytes => 0;

    /// <summary>Whether nothing that is published gets through from now on.</summary>
    public bool Hold { get; set; }

    /// <summary>What was published, in order.</summary>
    public ChannelReader<TransportMessage> Published => _published.Reader;

    public Task ConnectAsync(CancellationToken cancellation) => Task.CompletedTask;

    public Task PublishAsync(TransportMessage message, CancellationToken cancellation)
    {
        if (Hold) return Task.Delay(Timeout.Infinite, cancellation);
        _published.Writer.TryWrite(message);
        return Task.CompletedTask;
    }

    public async Task<IAsyncDisposable> SubscribeAsync(string topicFilter, TransportQos qos, Func<TransportMessage, ValueTask> handler, CancellationToken cancellation)
    {
        await Subscribable.WaitAsync(cancellation);
        _subscriptions.Add((topicFilter, handler));
        return new Nothing();
    }

    /// <summary>The broker is reached.</summary>
    public void Connect() => ConnectionChanged?.Invoke(true);

    /// <summary>A message comes from the broker.</summary>
    public async Task DeliverAsync(TransportMessage message)
    {
        foreach (var (_, handler) in _subscriptions.Where(subscription => Matches(subscription.Filter, message.Topic))) await handler(message);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static bool Matches(string filter, string topic)
    {
        var (levels, parts) = (filter.Split('/'), topic.Split('/'));
        return levels.Length == parts.Length && levels.Zip(parts).All(pair => pair.First == "+" || pair.First == pair.Second);
    }

    private sealed class Nothing : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
