// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Migration;
using EdgeHypervisor.Transports.Mqtt;
using EdgeHypervisor.Transports.Tests;
using Xunit.Abstractions;

namespace Migration.Tests;

/// <summary>Moves through a real broker.</summary>
public sealed class MosquittoMoveTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(4);

    private readonly Witness _witness = new();
    private readonly List<ITransportConnection> _connections = [];
    private int _clients;

    [BrokerFact]
    public async Task A_VM_moves_back_and_forth_through_mosquitto()
    {
        using var broker = await MosquittoBroker.StartAsync();
        await using var desk = await StartAsync("desk", broker);
        await using var pocket = await StartAsync("pocket", broker);
        TestBoard[] boards = [desk, pocket];
        await desk.CreateAsync("vm-1");
        List<double> downtimes = [];
        var count = int.TryParse(Environment.GetEnvironmentVariable("EDGEHYPERVISOR_CHAOS"), out var wanted) ? wanted : 10;
        for (var i = 0; i < count; i++)
        {
            var result = await boards[i % 2].Endpoint.Move("vm-1", boards[(i + 1) % 2].Name).Completion.WaitAsync(Long);
            Assert.Equal("", result.Reason);
            downtimes.Add(TimeProvider.System.GetElapsedTime(boards[i % 2].Vms.FrozeAt, boards[(i + 1) % 2].Vms.RanAt).TotalMilliseconds);
        }
        downtimes.Sort();
        output.WriteLine($"{count} moves of 256 KiB: downtime p50 {downtimes[count / 2]:F2} ms, p99 {downtimes[(int)(count * 0.99)]:F2} ms, with the two durable writes of the journals");
        Assert.Empty(_witness.Broken);
        await EndAsync();
    }

    [BrokerFact]
    public async Task A_broker_that_is_killed_in_the_middle_and_comes_back_costs_no_beat()
    {
        using var broker = await MosquittoBroker.StartAsync();
        await using var desk = await StartAsync("desk", broker);
        await using var pocket = await StartAsync("pocket", broker);
        await desk.CreateAsync("vm-1", firmwareBytes: 4_000_000);
        var job = desk.Endpoint.Move("vm-1", "pocket", new MoveOptions { BytesPerSecond = 4_000_000 });
        await job.HasSentAsync(500_000);
        broker.Kill();
        await broker.StartAsync();
        Assert.Equal("", (await job.Completion.WaitAsync(Long)).Reason);
        pocket.Vms.Vm("vm-1").Kill();
        var moved = pocket.Vms.Vm("vm-1").Guest;
        Assert.Equal(moved.Unmoved().Chain, moved.Chain);
        Assert.True(moved.Unmoved().Memory[1].AsSpan().SequenceEqual(moved.Memory[1]));
        Assert.Empty(_witness.Broken);
        await EndAsync();
    }

    private async Task<TestBoard> StartAsync(string name, MosquittoBroker broker)
    {
        var board = new TestBoard(name, () => Connect(broker), _witness) { Configure = o => o with { Patience = TimeSpan.FromMinutes(2), FrozenPatience = TimeSpan.FromMinutes(2) } };
        await board.StartAsync();
        return board;
    }

    private ITransportConnection Connect(MosquittoBroker broker)
    {
        var context = new Context($"client-{_clients++}", new ComponentOptions("transport", new Dictionary<string, string> { ["port"] = $"{broker.Port}", ["host"] = "127.0.0.1", ["maximumBackoffSeconds"] = "1" }));
        var connection = new MqttPlugin().Create(context);
        _connections.Add(connection);
        connection.ConnectAsync(CancellationToken.None).Wait(Long);
        return connection;
    }

    private async Task EndAsync()
    {
        foreach (var connection in _connections) await connection.DisposeAsync();
    }

    private sealed record Context(string ClientId, ComponentOptions Options) : ITransportContext
    {
        public TransportMessage? Will => null;

        public TimeSpan SessionExpiry => TimeSpan.Zero;

        public void Report(string message)
        {
        }
    }
}
