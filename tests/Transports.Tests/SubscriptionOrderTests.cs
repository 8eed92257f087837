// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Transports.Mqtt;

namespace EdgeHypervisor.Transports.Tests;

/// <summary>What reaches the broker when one listener goes while another one comes.</summary>
public sealed class SubscriptionOrderTests
{
    // A promise that is kept is kept however long this is; one that is not shows within it.
    private static readonly TimeSpan Overtaking = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task A_new_listener_to_a_filter_is_not_unsubscribed_by_one_that_goes()
    {
        var link = new RecordingLink();
        await using var connection = new MqttConnection(
            new TestContext("order", []), MqttSettings.Read(new ComponentOptions("transport", new Dictionary<string, string>())), new RecordingLinks(link), TimeProvider.System);
        await connection.ConnectAsync(Patience.Token);
        var first = await SubscribeAsync();
        Task<IAsyncDisposable>? second = null;
        link.Unsubscribing = () =>
        {
            second = Task.Run(SubscribeAsync);
            second.Wait(Overtaking);
        };

        await first.DisposeAsync();
        await second!.WaitAsync(Patience.Limit);

        Assert.Equal(["subscribe a/b", "unsubscribe a/b", "subscribe a/b"], link.Calls);

        Task<IAsyncDisposable> SubscribeAsync() => connection.SubscribeAsync("a/b", TransportQos.AtLeastOnce, _ => ValueTask.CompletedTask, Patience.Token);
    }

    private sealed class RecordingLinks(IMqttLink link) : IMqttLinkFactory
    {
        public string Name => "recording";

        public void VerifyInstalled()
        {
        }

        public IMqttLink Create(LinkSettings settings, Inbox inbox) => link;
    }

    private sealed class RecordingLink : IMqttLink
    {
        private readonly TaskCompletionSource<string> _closed = new();

        public ConcurrentQueue<string> Calls { get; } = new();

        /// <summary>What happens elsewhere just before the broker hears of it.</summary>
        public Action? Unsubscribing { get; set; }

        public Task<string> Closed => _closed.Task;

        public Task<BrokerLimits> ConnectAsync(CancellationToken cancellation) =>
            Task.FromResult(new BrokerLimits(SessionPresent: false, BrokerLimits.ProtocolMaximumPacketBytes, ReceiveMaximum: 20, SubscriptionIdentifiers: true));

        public Task PublishAsync(TransportMessage message) => Task.CompletedTask;

        public Task SubscribeAsync(LinkSubscription subscription)
        {
            Calls.Enqueue($"subscribe {subscription.Filter}");
            return Task.CompletedTask;
        }

        public Task UnsubscribeAsync(string filter)
        {
            Unsubscribing?.Invoke();
            Calls.Enqueue($"unsubscribe {filter}");
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            _closed.TrySetResult("closed");
            return ValueTask.CompletedTask;
        }
    }
}
