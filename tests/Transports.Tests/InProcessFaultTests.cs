// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Transports.InProcess;

namespace EdgeHypervisor.Transports.Tests;

/// <summary>The in-process broker fails on demand.</summary>
public sealed class InProcessFaultTests
{
    private readonly ManualTime _time = new();
    private readonly Recorder _recorder = new();

    [Fact]
    public async Task A_message_can_be_lost_doubled_and_overtaken()
    {
        var broker = new InProcessBroker(_time)
        {
            Faults = delivery => delivery.Message.Text() switch
            {
                "lost" => InProcessFault.Drop,
                "doubled" => InProcessFault.Duplicate,
                "late" => InProcessFault.After(TimeSpan.FromSeconds(5)),
                _ => InProcessFault.None,
            },
        };
        await using var client = await ConnectAsync(broker);
        foreach (var text in new[] { "lost", "doubled", "late", "plain" })
            await client.PublishAsync(Messages.Of("x", text), Patience.Token);
        Assert.Equal("doubled", await _recorder.NextTextAsync());
        Assert.Equal("doubled", await _recorder.NextTextAsync());
        Assert.Equal("plain", await _recorder.NextTextAsync());
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("late", await _recorder.NextTextAsync());
        Assert.True(_recorder.IsEmpty);
    }

    [Fact]
    public async Task A_fault_knows_who_sends_to_whom()
    {
        InProcessDelivery? seen = null;
        var broker = new InProcessBroker(_time);
        await using var client = await ConnectAsync(broker);
        broker.Faults = delivery =>
        {
            seen = delivery;
            return InProcessFault.None;
        };
        await client.PublishAsync(Messages.Of("x", "y"), Patience.Token);
        Assert.Equal(("board", "board", "y"), (seen!.From, seen.To, seen.Message.Text()));
    }

    [Fact]
    public async Task A_stopped_broker_takes_nothing_and_comes_back_with_what_it_kept()
    {
        var broker = new InProcessBroker(_time);
        await using var client = await ConnectAsync(broker);
        await client.PublishAsync(Messages.Of("x", "kept", retain: true), Patience.Token);
        Assert.Equal("kept", await _recorder.NextTextAsync());
        broker.Stop();
        Assert.False(client.IsConnected);
        var publishing = client.PublishAsync(Messages.Of("x", "waits"), Patience.Token);
        Assert.False(publishing.IsCompleted);
        broker.Start();
        await publishing;
        Assert.Equal("waits", await _recorder.NextTextAsync());
        var late = new Recorder();
        await client.SubscribeAsync("x", TransportQos.AtLeastOnce, late.Handle, Patience.Token);
        Assert.Equal("kept", await late.NextTextAsync());
    }

    [Fact]
    public async Task A_retained_message_expires()
    {
        var broker = new InProcessBroker(_time);
        await using var client = await ConnectAsync(broker);
        var message = Messages.Of("state", "on", retain: true) with { Expiry = TimeSpan.FromSeconds(10) };
        await client.PublishAsync(message, Patience.Token);
        _time.Advance(TimeSpan.FromSeconds(4));
        var early = new Recorder();
        await client.SubscribeAsync("state", TransportQos.AtLeastOnce, early.Handle, Patience.Token);
        Assert.Equal(TimeSpan.FromSeconds(6), (await early.NextAsync()).Expiry);
        _time.Advance(TimeSpan.FromSeconds(6));
        var late = new Recorder();
        await client.SubscribeAsync("state", TransportQos.AtLeastOnce, late.Handle, Patience.Token);
        await client.PublishAsync(Messages.Of("state", "off"), Patience.Token);
        Assert.Equal("off", await late.NextTextAsync());
    }

    private async Task<ITransportConnection> ConnectAsync(InProcessBroker broker)
    {
        var client = broker.CreateConnection(new TestContext("board", []));
        await client.ConnectAsync(Patience.Token);
        await client.SubscribeAsync("x", TransportQos.AtLeastOnce, _recorder.Handle, Patience.Token);
        return client;
    }
}
