// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Host;

/// <summary>The connection of a board that has no transport: never there, and nobody waits for it.</summary>
internal sealed class OfflineConnection : ITransportConnection
{
    public event Action<bool>? ConnectionChanged
    {
        add { }
        remove { }
    }

    public bool IsConnected => false;

    public int MaximumPayloadBytes => 0;

    public Task ConnectAsync(CancellationToken cancellation) => Task.Delay(Timeout.Infinite, cancellation);

    public Task PublishAsync(TransportMessage message, CancellationToken cancellation) =>
        throw new TransportException("this board has no transport; see 'transport' in the service's configuration");

    public Task<IAsyncDisposable> SubscribeAsync(string topicFilter, TransportQos qos, Func<TransportMessage, ValueTask> handler, CancellationToken cancellation) =>
        Task.FromResult<IAsyncDisposable>(new Nothing());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Nothing : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
