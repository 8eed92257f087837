// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Transports.Tests;

/// <summary>A broker and two connected clients.</summary>
internal sealed record Pair(IBrokerUnderTest Broker, TestClient Sender, TestClient Listener) : IAsyncDisposable
{
    public static async Task<Pair> StartAsync(string transport, TransportMessage? will = null, TimeSpan listenerSession = default)
    {
        var broker = await AllTransports.StartAsync(transport);
        var pair = new Pair(broker, broker.CreateClient("sender", will), broker.CreateClient("listener", null, listenerSession));
        await pair.Sender.Connection.ConnectAsync(Patience.Token);
        await pair.Listener.Connection.ConnectAsync(Patience.Token);
        return pair;
    }

    public async Task<Recorder> ListenAsync(string filter)
    {
        var recorder = new Recorder();
        await Listener.SubscribeAsync(filter, recorder);
        return recorder;
    }

    public async ValueTask DisposeAsync()
    {
        await Sender.DisposeAsync();
        await Listener.DisposeAsync();
        await Broker.DisposeAsync();
    }
}
