// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Migration;

/// <summary>Carries the messages of a rehearsal from one end of this process to the other.</summary>
internal sealed class RehearsalWire
{
    private readonly ConcurrentDictionary<string, Func<TransportMessage, ValueTask>> _handlers = new(StringComparer.Ordinal);

    public ITransportConnection Connect() => new Connection(this);

    private sealed class Connection(RehearsalWire wire) : ITransportConnection
    {
        public event Action<bool>? ConnectionChanged
        {
            add { }
            remove { }
        }

        public bool IsConnected => true;

        public int MaximumPayloadBytes => 0;

        public Task ConnectAsync(CancellationToken cancellation) => Task.CompletedTask;

        public Task PublishAsync(TransportMessage message, CancellationToken cancellation)
        {
            if (wire._handlers.TryGetValue(message.Topic, out var handle)) _ = Task.Run(() => handle(message).AsTask(), CancellationToken.None);
            return Task.CompletedTask;
        }

        public Task<IAsyncDisposable> SubscribeAsync(string topicFilter, TransportQos qos, Func<TransportMessage, ValueTask> handler, CancellationToken cancellation)
        {
            wire._handlers[topicFilter] = handler;
            return Task.FromResult<IAsyncDisposable>(this);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
