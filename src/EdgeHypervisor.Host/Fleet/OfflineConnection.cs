// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Host;

/// <summary>The connection of a board that has no transport: never there, and nobody waits for it.</summary>
internal sealed class OfflineConnection : ITransportConnection
{
    /// <summary>What somebody is told who wants to reach another board, with what would help.</summary>
    public const string WhyNot = "this board has no transport: say in its config.yaml, for example, 'transport: { plugin: transport.mqtt, host: broker.local }', and start the service again";

    public event Action<bool>? ConnectionChanged
    {
        add { }
        remove { }
    }

    public bool IsConnected => false;

    public int MaximumPayloadBytes => 0;

    public Task ConnectAsync(CancellationToken cancellation) => Task.Delay(Timeout.Infinite, cancellation);

    public Task PublishAsync(TransportMessage message, CancellationToken cancellation) =>
        throw new TransportException(WhyNot);

    public Task<IAsyncDisposable> SubscribeAsync(string topicFilter, TransportQos qos, Func<TransportMessage, ValueTask> handler, CancellationToken cancellation) =>
        Task.FromResult<IAsyncDisposable>(new Nothing());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Nothing : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
