// SPDX-License-Identifier: Apache-2.0
using System.Threading.Channels;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Migration;

namespace Migration.Tests;

/// <summary>A broker in memory that can lose, double, swap and stop. Exact topics only.</summary>
internal sealed class LossyBroker(int seed = 0)
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);
    private readonly List<Connection> _connections = [];

    /// <summary>Share of messages that are lost, of both qualities.</summary>
    public double Loss { get; set; }

    /// <summary>Share of messages that arrive twice.</summary>
    public double Doubling { get; set; }

    /// <summary>Share of messages that are held back until the next one was delivered.</summary>
    public double Swapping { get; set; }

    /// <summary>What the broker lets through.</summary>
    public int MaximumPayloadBytes { get; set; } = 256 * 1024;

    /// <summary>Bytes of payload that were published.</summary>
    public long Bytes { get; private set; }

    /// <summary>Every payload that was published, with its topic, when recording.</summary>
    public List<TransportMessage>? Record { get; set; }

    /// <summary>The control messages that were recorded for a topic.</summary>
    internal IReadOnlyList<ControlMessage> Sent(string topic)
    {
        lock (_gate) return [.. Record!.Where(message => message.Topic == topic).Select(message => ControlCodec.Decode(message.Payload))];
    }

    public ITransportConnection Connect()
    {
        var connection = new Connection(this);
        lock (_gate) _connections.Add(connection);
        return connection;
    }

    /// <summary>All connections are lost, or there again.</summary>
    public void SetUp(bool up)
    {
        Connection[] all;
        lock (_gate) all = [.. _connections];
        foreach (var connection in all) connection.SetUp(up);
    }

    /// <summary>Brings a message to its subscribers again, or for the first time.</summary>
    public void Inject(TransportMessage message)
    {
        Connection[] all;
        lock (_gate) all = [.. _connections];
        foreach (var connection in all) connection.Deliver(message);
    }

    private void Route(TransportMessage message)
    {
        int copies;
        bool swap;
        Connection[] all;
        lock (_gate)
        {
            Bytes += message.Payload.Length;
            Record?.Add(message);
            copies = _random.NextDouble() < Loss ? 0 : _random.NextDouble() < Doubling ? 2 : 1;
            swap = _random.NextDouble() < Swapping;
            all = [.. _connections];
        }
        foreach (var connection in all)
        {
            for (var i = 0; i < copies; i++) connection.Deliver(message, swap);
        }
    }

    private sealed class Connection(LossyBroker broker) : ITransportConnection
    {
        private readonly Dictionary<string, Channel<TransportMessage>> _subscriptions = [];
        private readonly Lock _gate = new();
        private TransportMessage? _heldBack;

        public event Action<bool>? ConnectionChanged;

        public bool IsConnected { get; private set; } = true;

        public int MaximumPayloadBytes => broker.MaximumPayloadBytes;

        public Task ConnectAsync(CancellationToken cancellation) => Task.CompletedTask;

        public Task PublishAsync(TransportMessage message, CancellationToken cancellation)
        {
            if (!IsConnected) throw new TransportException("not connected");
            if (message.Payload.Length > MaximumPayloadBytes) throw new TransportException("too large");
            broker.Route(message);
            return Task.CompletedTask;
        }

        public Task<IAsyncDisposable> SubscribeAsync(string topicFilter, TransportQos qos, Func<TransportMessage, ValueTask> handler, CancellationToken cancellation)
        {
            var channel = Channel.CreateUnbounded<TransportMessage>();
            lock (_gate) _subscriptions[topicFilter] = channel;
            _ = Task.Run(async () =>
            {
                await foreach (var message in channel.Reader.ReadAllAsync()) await handler(message);
            });
            return Task.FromResult<IAsyncDisposable>(new Subscription(this, topicFilter));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        public void SetUp(bool up)
        {
            IsConnected = up;
            ConnectionChanged?.Invoke(up);
        }

        public void Deliver(TransportMessage message, bool swap = false)
        {
            lock (_gate)
            {
                if (!IsConnected || !_subscriptions.TryGetValue(message.Topic, out var channel)) return;
                if (swap && _heldBack is null)
                {
                    _heldBack = message;
                    return;
                }
                channel.Writer.TryWrite(message);
                if (_heldBack is { } held && held.Topic == message.Topic)
                {
                    _heldBack = null;
                    channel.Writer.TryWrite(held);
                }
            }
        }

        private sealed class Subscription(Connection connection, string topic) : IAsyncDisposable
        {
            public ValueTask DisposeAsync()
            {
                lock (connection._gate)
                {
                    if (connection._subscriptions.Remove(topic, out var channel)) channel.Writer.TryComplete();
                }
                return ValueTask.CompletedTask;
            }
        }
    }
}
