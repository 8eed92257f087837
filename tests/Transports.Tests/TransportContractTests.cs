// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Transports.Tests;

/// <summary>What every transport promises.</summary>
public sealed class TransportContractTests
{
    [Theory, ClassData(typeof(AllTransports))]
    public async Task A_message_arrives_with_everything_it_was_sent_with(string transport)
    {
        await using var test = await Pair.StartAsync(transport);
        var recorder = await test.ListenAsync("fleet/+/command");
        await test.Sender.Connection.PublishAsync(
            Messages.Of("fleet/desk/command", "move") with
            {
                ResponseTopic = "fleet/pocket/answer",
                CorrelationData = new byte[] { 0, 1, 255 },
                ContentType = "application/json",
                Expiry = TimeSpan.FromSeconds(90),
                UserProperties = [new("a", "1"), new("a", "2"), new("ü", "")],
            },
            Patience.Token);
        var message = await recorder.NextAsync();
        Assert.Equal("fleet/desk/command", message.Topic);
        Assert.Equal("move", message.Text());
        Assert.Equal(TransportQos.AtLeastOnce, message.Qos);
        Assert.False(message.Retain);
        Assert.Equal("fleet/pocket/answer", message.ResponseTopic);
        Assert.Equal([0, 1, 255], message.CorrelationData.ToArray());
        Assert.Equal("application/json", message.ContentType);
        Assert.InRange(message.Expiry, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(90));
        Assert.Equal([new("a", "1"), new("a", "2"), new("ü", "")], message.UserProperties);
    }

    [Theory, ClassData(typeof(AllTransports))]
    public async Task A_message_without_extras_arrives_without_them(string transport)
    {
        await using var test = await Pair.StartAsync(transport);
        var recorder = await test.ListenAsync("plain");
        await test.Sender.PublishAsync("plain", qos: TransportQos.AtMostOnce);
        var message = await recorder.NextAsync();
        Assert.True(message.Payload.IsEmpty);
        Assert.Equal(TransportQos.AtMostOnce, message.Qos);
        Assert.Null(message.ResponseTopic);
        Assert.Null(message.ContentType);
        Assert.True(message.CorrelationData.IsEmpty);
        Assert.Equal(TimeSpan.Zero, message.Expiry);
        Assert.Empty(message.UserProperties);
    }

    [Theory, ClassData(typeof(AllTransports))]
    public async Task Messages_come_one_at_a_time_in_the_order_of_sending(string transport)
    {
        await using var test = await Pair.StartAsync(transport);
        var inside = 0;
        var seen = new List<string>();
        var all = new TaskCompletionSource();
        await test.Listener.Connection.SubscribeAsync("count", TransportQos.AtLeastOnce, async message =>
        {
            Assert.Equal(1, Interlocked.Increment(ref inside));
            await Task.Yield();
            seen.Add(message.Text());
            if (seen.Count == 200) all.SetResult();
            Interlocked.Decrement(ref inside);
        }, Patience.Token);
        for (var i = 0; i < 200; i++) await test.Sender.PublishAsync("count", $"{i}");
        await all.Task.WaitAsync(Patience.Limit);
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"{i}"), seen);
    }

    [Theory, ClassData(typeof(AllTransports))]
    public async Task Publishing_from_many_threads_loses_nothing(string transport)
    {
        await using var test = await Pair.StartAsync(transport);
        var recorder = await test.ListenAsync("many");
        await Parallel.ForEachAsync(Enumerable.Range(0, 400), new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (i, _) => await test.Sender.PublishAsync("many", $"{i}"));
        var seen = new HashSet<string>();
        for (var i = 0; i < 400; i++) seen.Add(await recorder.NextTextAsync());
        Assert.Equal(400, seen.Count);
    }

    [Theory, ClassData(typeof(AllTransports))]
    public async Task A_retained_message_reaches_whoever_comes_later_until_it_is_cleared(string transport)
    {
        await using var test = await Pair.StartAsync(transport);
        await test.Sender.PublishAsync("state", "on", retain: true);
        var late = await test.ListenAsync("state");
        var message = await late.NextAsync();
        Assert.Equal("on", message.Text());
        Assert.True(message.Retain);
        await test.Sender.PublishAsync("state", "", retain: true);
        Assert.True((await late.NextAsync()).Payload.IsEmpty);
        var later = await test.ListenAsync("+");
        await test.Sender.PublishAsync("after", "x");
        Assert.Equal("x", await later.NextTextAsync());
    }

    [Theory, ClassData(typeof(AllTransports))]
    public async Task Overlapping_filters_each_get_the_message_once(string transport)
    {
        await using var test = await Pair.StartAsync(transport);
        var wide = await test.ListenAsync("fleet/#");
        var narrow = await test.ListenAsync("fleet/desk");
        await test.Sender.PublishAsync("fleet/desk", "1");
        await test.Sender.PublishAsync("fleet/desk", "2");
        Assert.Equal(["1", "2"], [await wide.NextTextAsync(), await wide.NextTextAsync()]);
        Assert.Equal(["1", "2"], [await narrow.NextTextAsync(), await narrow.NextTextAsync()]);
        Assert.True(wide.IsEmpty && narrow.IsEmpty);
    }

    [Theory, ClassData(typeof(AllTransports))]
    public async Task A_disposed_subscription_hears_nothing_more(string transport)
    {
        await using var test = await Pair.StartAsync(transport);
        var gone = new Recorder();
        var subscription = await test.Listener.SubscribeAsync("news", gone);
        var stays = await test.ListenAsync("+");
        await subscription.DisposeAsync();
        await test.Sender.PublishAsync("news", "x");
        Assert.Equal("x", await stays.NextTextAsync());
        Assert.True(gone.IsEmpty);
    }

    [Theory, ClassData(typeof(AllTransports))]
    public async Task A_handler_may_end_its_own_subscription(string transport)
    {
        await using var test = await Pair.StartAsync(transport);
        var done = new TaskCompletionSource();
        IAsyncDisposable? subscription = null;
        var subscribed = new TaskCompletionSource();
        subscription = await test.Listener.Connection.SubscribeAsync("once", TransportQos.AtLeastOnce, async _ =>
        {
            await subscribed.Task;
            await subscription!.DisposeAsync();
            done.TrySetResult();
        }, Patience.Token);
        subscribed.SetResult();
        await test.Sender.PublishAsync("once");
        await done.Task.WaitAsync(Patience.Limit);
    }

    [Theory, ClassData(typeof(AllTransports))]
    public async Task A_handler_that_throws_is_reported_and_hears_the_next_message(string transport)
    {
        await using var test = await Pair.StartAsync(transport);
        var recorder = new Recorder();
        await test.Listener.Connection.SubscribeAsync("odd", TransportQos.AtLeastOnce,
            m => m.Text() == "bad" ? throw new InvalidOperationException("cannot read this") : recorder.Handle(m), Patience.Token);
        await test.Sender.PublishAsync("odd", "bad");
        await test.Sender.PublishAsync("odd", "good");
        Assert.Equal("good", await recorder.NextTextAsync());
        Assert.Contains(test.Listener.Context.Reports, r => r.Contains("cannot read this", StringComparison.Ordinal));
    }

    [Theory, ClassData(typeof(AllTransports))]
    public async Task A_handler_may_publish_and_wait_for_the_acknowledgement(string transport)
    {
        await using var test = await Pair.StartAsync(transport);
        var answers = new Recorder();
        await test.Sender.SubscribeAsync("answer", answers);
        await test.Listener.Connection.SubscribeAsync("question", TransportQos.AtLeastOnce,
            async m => await test.Listener.PublishAsync("answer", m.Text()), Patience.Token);
        for (var i = 0; i < 50; i++) await test.Sender.PublishAsync("question", $"{i}");
        for (var i = 0; i < 50; i++) Assert.Equal($"{i}", await answers.NextTextAsync());
    }

    [Theory, ClassData(typeof(AllTransports))]
    public async Task The_will_is_published_when_the_connection_dies(string transport)
    {
        await using var test = await Pair.StartAsync(transport, will: Messages.Of("gone", "sender", retain: true));
        var recorder = await test.ListenAsync("gone");
        test.Sender.CutOff();
        Assert.Equal("sender", await recorder.NextTextAsync());
    }

    [Theory, ClassData(typeof(AllTransports))]
    public async Task A_goodbye_publishes_no_will(string transport)
    {
        await using var test = await Pair.StartAsync(transport, will: Messages.Of("gone", "sender"));
        var recorder = await test.ListenAsync("#");
        await test.Sender.DisposeAsync();
        await test.Listener.PublishAsync("after", "goodbye");
        Assert.Equal("goodbye", await recorder.NextTextAsync());
    }

    [Theory, ClassData(typeof(AllTransports))]
    public async Task Subscriptions_survive_a_lost_connection(string transport)
    {
        await using var test = await Pair.StartAsync(transport);
        var recorder = await test.ListenAsync("after");
        await test.Listener.LoseConnectionAsync();
        Assert.False(test.Listener.Connection.IsConnected);
        await test.Listener.ComeBackAsync();
        Assert.True(test.Listener.Connection.IsConnected);
        await test.Sender.PublishAsync("after", "still here");
        Assert.Equal("still here", await recorder.NextTextAsync());
    }

    [Theory, ClassData(typeof(AllTransports))]
    public async Task What_must_arrive_waits_for_the_connection_to_come_back(string transport)
    {
        await using var test = await Pair.StartAsync(transport);
        var recorder = await test.ListenAsync("late");
        await test.Sender.LoseConnectionAsync();
        var publishing = test.Sender.PublishAsync("late", "but there");
        Assert.False(publishing.IsCompleted);
        await test.Sender.ComeBackAsync();
        await publishing;
        Assert.Equal("but there", await recorder.NextTextAsync());
    }

    [Theory, ClassData(typeof(AllTransports))]
    public async Task What_may_be_lost_is_refused_without_a_connection(string transport)
    {
        await using var test = await Pair.StartAsync(transport);
        await test.Sender.LoseConnectionAsync();
        await Assert.ThrowsAsync<TransportException>(() => test.Sender.PublishAsync("x", qos: TransportQos.AtMostOnce));
    }

    [Theory, ClassData(typeof(AllTransports))]
    public async Task A_kept_session_gets_what_it_missed(string transport)
    {
        await using var test = await Pair.StartAsync(transport, listenerSession: TimeSpan.FromMinutes(5));
        var recorder = await test.ListenAsync("missed/#");
        await test.Listener.LoseConnectionAsync();
        await test.Sender.PublishAsync("missed/1", "one");
        await test.Sender.PublishAsync("missed/2", "two");
        await test.Listener.ComeBackAsync();
        Assert.Equal("one", await recorder.NextTextAsync());
        Assert.Equal("two", await recorder.NextTextAsync());
    }

    [Theory, ClassData(typeof(AllTransports))]
    public async Task A_message_that_is_too_large_is_refused_and_harms_nobody(string transport)
    {
        await using var test = await Pair.StartAsync(transport);
        var recorder = await test.ListenAsync("size");
        var tooLarge = new TransportMessage { Topic = "size", Payload = new byte[test.Broker.MaximumPayloadBytes + 1] };
        var refusal = await Assert.ThrowsAsync<TransportException>(() => test.Sender.Connection.PublishAsync(tooLarge, Patience.Token));
        Assert.Contains("'size'", refusal.Message);
        var largest = new byte[test.Sender.Connection.MaximumPayloadBytes];
        Random.Shared.NextBytes(largest);
        await test.Sender.Connection.PublishAsync(new TransportMessage { Topic = "size", Payload = largest }, Patience.Token);
        Assert.Equal(largest, (await recorder.NextAsync()).Payload.ToArray());
    }

    [Theory, ClassData(typeof(AllTransports))]
    public async Task Topics_that_break_the_rules_are_refused(string transport)
    {
        await using var test = await Pair.StartAsync(transport);
        foreach (var topic in new[] { "", "a/+", "#", "a\0b", "\ud800" })
            await Assert.ThrowsAsync<TransportException>(() => test.Sender.PublishAsync(topic));
        foreach (var filter in new[] { "", "a+", "#/a", "a\0", "a/b#" })
            await Assert.ThrowsAsync<TransportException>(() => test.Listener.SubscribeAsync(filter, new Recorder()));
    }

    [Theory, ClassData(typeof(AllTransports))]
    public async Task A_disposed_connection_says_so(string transport)
    {
        await using var test = await Pair.StartAsync(transport);
        await test.Sender.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => test.Sender.PublishAsync("x"));
        Assert.False(test.Sender.Connection.IsConnected);
    }
}
