// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Transports.Tests;

/// <summary>A connection, and a hand on its cable.</summary>
internal sealed record TestClient(ITransportConnection Connection, TestContext Context, Action CutOff, Action LetIn) : IAsyncDisposable
{
    public Task PublishAsync(string topic, string payload = "", TransportQos qos = TransportQos.AtLeastOnce, bool retain = false) =>
        Connection.PublishAsync(Messages.Of(topic, payload, qos, retain), Patience.Token);

    public Task<IAsyncDisposable> SubscribeAsync(string filter, Recorder recorder, TransportQos qos = TransportQos.AtLeastOnce) =>
        Connection.SubscribeAsync(filter, qos, recorder.Handle, Patience.Token);

    /// <summary>Completes at the next change to this state.</summary>
    public Task NextChangeTo(bool connected)
    {
        var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Connection.ConnectionChanged += now =>
        {
            if (now == connected) changed.TrySetResult();
        };
        return changed.Task.WaitAsync(Patience.Limit);
    }

    public async Task LoseConnectionAsync()
    {
        var lost = NextChangeTo(false);
        CutOff();
        await lost;
    }

    public async Task ComeBackAsync()
    {
        var back = NextChangeTo(true);
        LetIn();
        await back;
    }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();
}
