// SPDX-License-Identifier: Apache-2.0
using System.Threading.Channels;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Transports.InProcess;

/// <summary>One handler: gets its messages one at a time, in order. What finds no room is lost, as in a broker.</summary>
internal sealed class InProcessSubscription : IAsyncDisposable
{
    // Mosquitto's own default of messages queued for a subscriber.
    private const int MaximumWaiting = 1000;

    private readonly InProcessConnection _connection;
    private readonly Func<TransportMessage, ValueTask> _handle;
    private readonly Channel<TransportMessage> _waiting =
        Channel.CreateBounded<TransportMessage>(new BoundedChannelOptions(MaximumWaiting) { SingleReader = true });
    private readonly AsyncLocal<bool> _inside = new();
    private readonly Task _pump;
    private volatile bool _stopped;

    public InProcessSubscription(
        InProcessConnection connection, string filter, TransportQos qos, Func<TransportMessage, ValueTask> handle)
    {
        _connection = connection;
        _handle = handle;
        Filter = filter;
        Qos = qos;
        _pump = Task.Run(PumpAsync);
    }

    public string Filter { get; }

    public TransportQos Qos { get; }

    /// <summary>Lets a message wait for its turn; the lower of the two qualities of service counts.</summary>
    public void Post(TransportMessage message) =>
        _waiting.Writer.TryWrite(message.Qos > Qos ? message with { Qos = Qos } : message);

    public async ValueTask DisposeAsync()
    {
        _connection.Remove(this);
        _stopped = true;
        _waiting.Writer.TryComplete();
        if (!_inside.Value) await _pump.ConfigureAwait(false);
    }

    private async Task PumpAsync()
    {
        await foreach (var message in _waiting.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (!_stopped) await CallAsync(message).ConfigureAwait(false);
        }
    }

    private async Task CallAsync(TransportMessage message)
    {
        try
        {
            _inside.Value = true;
            await _handle(message).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _connection.Report($"the handler of a message on '{message.Topic}' failed: {e.GetType().Name}: {e.Message}");
        }
    }
}
