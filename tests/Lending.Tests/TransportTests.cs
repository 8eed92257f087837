// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Boards;
using EdgeHypervisor.Migration;
using EdgeHypervisor.Runtime;
using EdgeHypervisor.Transports.InProcess;

namespace EdgeHypervisor.Lending.Tests;

/// <summary>The whole of it over a transport, with keys: who may borrow, who may not, and what the broker gets to see.</summary>
public sealed class TransportTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private readonly InProcessBroker _broker = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("ehv-lending").FullName;
    private readonly List<LendingEndpoint> _endpoints = [];
    private readonly List<ITransportConnection> _connections = [];
    private readonly Dictionary<string, BoardIdentity> _identities = new() { ["desk"] = BoardIdentity.Create(), ["pocket"] = BoardIdentity.Create(), ["stranger"] = BoardIdentity.Create() };
    private readonly List<string> _reports = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var endpoint in _endpoints) await endpoint.DisposeAsync();
        foreach (var connection in _connections) await connection.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_trusted_board_borrows_a_sensor_and_the_plan_says_how_far_away_it_is()
    {
        using var bench = new SystemBench();
        var carried = new List<byte[]>();
        _broker.Faults = delivery =>
        {
            lock (carried) carried.Add(delivery.Message.Payload.ToArray());
            return InProcessFault.None;
        };
        await StartAsync("desk", bench.Board, ["desk", "pocket"]);
        using var empty = new SystemBench();
        var pocket = await StartAsync("pocket", empty.Board, ["desk", "pocket"]);

        var plan = await pocket.PlanAsync(Bench.Manifest("vm", "i2c0: desk/memory"), CancellationToken.None);
        Assert.Empty(plan.Problems);
        var port = Assert.Single(plan.Ports);
        Assert.Equal(("desk", "memory (fake.i2c)"), (port.Remote!.Board, port.Remote.Detail));
        Assert.Matches(@"^round trip \d+\.\d\d ms p50, \d+\.\d\d ms p99 of 5: [a-z-]+$", port.Remote.Latency);

        using var vm = new FreeVm(pocket, "i2c0: desk/memory");
        Assert.Equal([8, 9], await vm.ReadAsync(7, 2));
        lock (carried) Assert.DoesNotContain(carried, payload => System.Text.Encoding.UTF8.GetString(payload).Contains("memory", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("stranger", "", "does not answer")] // its messages do not even open
    [InlineData("pocket", ", lend: nobody", "is not lent (lend: nobody)")]
    [InlineData("pocket", ", lend: [third]", "is lent to third only")]
    public async Task Nobody_else_borrows(string borrower, string lend, string reason)
    {
        using var bench = new SystemBench(lend);
        await StartAsync("desk", bench.Board, ["desk", "pocket"]);
        using var empty = new SystemBench();
        var endpoint = await StartAsync(borrower, empty.Board, ["desk", borrower]);
        var plan = await endpoint.PlanAsync(Bench.Manifest("vm", "i2c0: desk/memory"), CancellationToken.None);
        Assert.Contains(reason, Assert.Single(plan.Problems).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is lent to trusted boards only")]
    [InlineData(", lend: anyone", null)]
    public async Task Without_keys_only_what_is_for_anyone_is_lent(string lend, string? reason)
    {
        using var bench = new SystemBench(lend);
        await StartAsync("desk", bench.Board, null);
        using var empty = new SystemBench();
        var pocket = await StartAsync("pocket", empty.Board, null);
        var plan = await pocket.PlanAsync(Bench.Manifest("vm", "i2c0: desk/memory"), CancellationToken.None);
        if (reason is null) Assert.Empty(plan.Problems);
        else Assert.Contains(reason, Assert.Single(plan.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_that_somebody_plays_again_or_changes_begin_nothing_and_end_nothing()
    {
        using var bench = new SystemBench();
        var carried = new List<TransportMessage>();
        _broker.Faults = delivery =>
        {
            lock (carried) carried.Add(delivery.Message);
            return InProcessFault.None;
        };
        var desk = await StartAsync("desk", bench.Board, ["desk", "pocket"]);
        using var empty = new SystemBench();
        var pocket = await StartAsync("pocket", empty.Board, ["desk", "pocket"]);
        using var vm = new FreeVm(pocket, "i2c0: desk/memory");
        Assert.Equal([1], await vm.ReadAsync(0, 1));

        TransportMessage[] again;
        lock (carried) again = [.. carried];
        var attacker = Connect("attacker");
        await attacker.ConnectAsync(CancellationToken.None);
        foreach (var message in again) await attacker.PublishAsync(message, CancellationToken.None);
        foreach (var (i, message) in again.Index())
        {
            var changed = message.Payload.ToArray();
            changed[i * 7919 % changed.Length] ^= 1;
            await attacker.PublishAsync(message with { Payload = changed }, CancellationToken.None);
        }
        Assert.Equal([2], await vm.ReadAsync(1, 1));
        Assert.Single(desk.Lent, loan => loan.IsActive);
        Assert.Equal(LoanState.Up, Assert.Single(pocket.Loans).State);
    }

    private async Task<LendingEndpoint> StartAsync(string name, Board board, string[]? trusted)
    {
        var connection = Connect(name);
        var protection = trusted is null ? (IControlProtection)new NoControlProtection() : new BoardControlProtection(name, _identities[name], Trust(name, trusted));
        var endpoint = new LendingEndpoint(
            Unhurried(name), board, (_, _) => null, connection, protection,
            line => { lock (_reports) _reports.Add(line); }, TimeProvider.System);
        _endpoints.Add(endpoint);
        await connection.ConnectAsync(CancellationToken.None);
        await endpoint.StartAsync(CancellationToken.None);
        return endpoint;
    }

    // Only the one who is not to be answered waits for it.
    private static LendingOptions Unhurried(string name) => new()
    {
        Board = name,
        AnswerPatience = name == "stranger" ? TimeSpan.FromSeconds(20) : Patience,
        Patience = Patience,
        LossAfter = Patience,
        Lease = 2 * Patience,
    };

    private TrustedBoards Trust(string name, string[] boards)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllLines(file, boards.Select(board => $"{board} {_identities[board].Public}"));
        return new TrustedBoards(file, _ => { });
    }

    private ITransportConnection Connect(string name)
    {
        var connection = _broker.CreateConnection(new Context(name));
        _connections.Add(connection);
        return connection;
    }

    private sealed record Context(string ClientId) : ITransportContext
    {
        public ComponentOptions Options { get; } = new("transport", new Dictionary<string, string>());

        public TransportMessage? Will => null;

        public TimeSpan SessionExpiry => TimeSpan.Zero;

        public void Report(string message)
        {
        }
    }

    /// <summary>A board with a memory, in the system's time.</summary>
    private sealed class SystemBench(string lend = "") : IDriverCatalog, IDisposable
    {
        private readonly Bench _bench = new Bench().With("memory", new CountingMemory(0x50), more: lend);

        public Board Board => field ??= new Board(_bench.Board.Description, _bench, TimeProvider.System, _ => { });

        public IPluginLease<IDriverPlugin>? FindDriver(string id) => _bench.FindDriver(id);

        public void Dispose()
        {
            Board.Dispose();
            _bench.Dispose();
        }
    }

    /// <summary>A VM whose turn happens on the test's thread, whenever something is posted.</summary>
    private sealed class FreeVm : IDisposable
    {
        private readonly FakeTurn _turn = new();
        private readonly IPortProvider _ports;
        private readonly II2cPort _bus;

        public FreeVm(LendingEndpoint endpoint, string map)
        {
            _ports = endpoint.CreatePorts(Bench.Manifest("vm", map), new NullPorts());
            _ports.Attach(_turn);
            _bus = _ports.I2c("i2c0");
            _ports.Open(1);
        }

        /// <summary>Asks until the loan is up.</summary>
        public async Task<byte[]> ReadAsync(byte from, int count)
        {
            var end = DateTime.UtcNow + Patience;
            while (DateTime.UtcNow < end)
            {
                var (read, status) = (new byte[count], default(BusStatus?));
                _bus.Transfer([new I2cMessage(0x50, false, new[] { from }), new I2cMessage(0x50, true, read)], s => status = s);
                while (status is null) _turn.RunNext();
                if (status == BusStatus.Ok) return read;
                await Task.Delay(10);
            }
            throw new TimeoutException("the loan never comes up");
        }

        public void Dispose() => _ports.Dispose();
    }
}
