// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Transports.Mqtt;

namespace EdgeHypervisor.Transports.Tests;

/// <summary>What waits, waits in bounded room.</summary>
public sealed class MqttQueueTests
{
    private const int SegmentBytes = 64 * 1024;
    private const int QueueBytes = 512 * 1024;

    [Theory, ClassData(typeof(ClientLibraries))]
    public async Task A_slow_handler_holds_the_network_back_and_loses_nothing(string library)
    {
        // The broker's own queue is large enough for everything: what it drops would not be the client's doing.
        using var broker = await MosquittoBroker.StartAsync("allow_anonymous true\nmax_queued_messages 0\nmax_queued_bytes 0");
        await using var sender = await ConnectAsync(library, broker, "sender");
        await using var listener = await ConnectAsync(library, broker, "listener");
        var inbox = InboxOf(listener);
        var gate = new SemaphoreSlim(0);
        var received = new List<int>();
        var all = new TaskCompletionSource();
        await listener.SubscribeAsync("bulk", TransportQos.AtLeastOnce, async message =>
        {
            await gate.WaitAsync();
            received.Add(BitConverter.ToInt32(message.Payload.Span));
            if (received.Count == 200) all.SetResult();
        }, Patience.Token);
        for (var i = 0; i < 200; i++) await sender.PublishAsync(Segment(i), Patience.Token);
        // One packet may be on its way in when the limit is reached.
        Assert.InRange(inbox.WaitingBytes, 0, QueueBytes + (2 * SegmentBytes));
        gate.Release(200);
        await all.Task.WaitAsync(Patience.Limit);
        Assert.Equal(Enumerable.Range(0, 200), received);
    }

    [Theory, ClassData(typeof(ClientLibraries))]
    public async Task Acknowledgements_come_through_to_handlers_that_wait_for_them(string library)
    {
        using var broker = await MosquittoBroker.StartAsync("allow_anonymous true\nmax_queued_messages 0\nmax_queued_bytes 0");
        await using var sender = await ConnectAsync(library, broker, "sender");
        await using var listener = await ConnectAsync(library, broker, "listener");
        var answers = 0;
        var all = new TaskCompletionSource();
        await listener.SubscribeAsync("bulk", TransportQos.AtLeastOnce, async _ =>
        {
            await listener.PublishAsync(Messages.Of("answer", ""), Patience.Token);
            if (++answers == 40) all.SetResult();
        }, Patience.Token);
        for (var i = 0; i < 40; i++) await sender.PublishAsync(Segment(i), Patience.Token);
        await all.Task.WaitAsync(Patience.Limit);
    }

    [Theory, ClassData(typeof(ClientLibraries))]
    public async Task A_process_with_more_than_a_thousand_open_files_connects_all_the_same(string library)
    {
        using var broker = await MosquittoBroker.StartAsync();
        var files = new List<FileStream>();
        try
        {
            for (var i = 0; i < 1100; i++) files.Add(File.OpenRead("/dev/null"));
            await using var connection = await ConnectAsync(library, broker, "late");
            var recorder = new Recorder();
            await connection.SubscribeAsync("x", TransportQos.AtLeastOnce, recorder.Handle, Patience.Token);
            await connection.PublishAsync(Messages.Of("x", "y"), Patience.Token);
            Assert.Equal("y", await recorder.NextTextAsync());
        }
        finally
        {
            files.ForEach(f => f.Dispose());
        }
    }

    [Fact]
    public void All_of_a_message_counts_that_waits()
    {
        var plain = new TransportMessage { Topic = "t", Payload = new byte[10] };
        var costs = Cost(plain);
        Assert.True(Cost(plain with { CorrelationData = new byte[50_000] }) >= costs + 50_000);
        Assert.True(Cost(plain with { ResponseTopic = new string('r', 50_000) }) >= costs + 50_000);
        Assert.True(Cost(plain with { ContentType = new string('c', 50_000) }) >= costs + 50_000);
        Assert.True(Cost(plain with { UserProperties = [new("k", new string('v', 50_000))] }) >= costs + 50_000);
        Assert.True(Cost(plain with { UserProperties = [.. Enumerable.Repeat(new KeyValuePair<string, string>("", ""), 10_000)] }) >= costs + 100_000);

        static long Cost(TransportMessage message) => Inbox.CostOf(new ReceivedMessage(message, []));
    }

    private static async Task<MqttConnection> ConnectAsync(string library, MosquittoBroker broker, string clientId)
    {
        var context = new TestContext(clientId, new()
        {
            ["host"] = "127.0.0.1",
            ["port"] = $"{broker.Port}",
            ["client"] = library,
            ["receiveQueueBytes"] = $"{QueueBytes}",
        });
        var connection = (MqttConnection)new MqttPlugin().Create(context);
        await connection.ConnectAsync(Patience.Token);
        return connection;
    }

    private static Inbox InboxOf(MqttConnection connection) => connection.Inbox;

    private static TransportMessage Segment(int number)
    {
        var payload = new byte[SegmentBytes];
        BitConverter.TryWriteBytes(payload, number);
        return new TransportMessage { Topic = "bulk", Payload = payload, Qos = TransportQos.AtLeastOnce };
    }
}
