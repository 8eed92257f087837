// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Composition;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Migration;
using Microsoft.Extensions.Logging;

namespace EdgeHypervisor.Host;

/// <summary>
/// This board among the others: says what it is and what it runs (retained, with a last will), hears what others say, takes
/// commands and answers them. docs/asyncapi.yaml is the contract.
/// </summary>
internal sealed class FleetService : IAsyncDisposable
{
    private static readonly TimeSpan GoodbyePatience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(15);
    private readonly ITransportConnection _connection;
    private readonly HostBoard _board;
    private readonly EventHub _events;
    private readonly TimeProvider _time;
    private readonly FleetAnnouncements _announcements;
    private readonly CancellationTokenSource _closing = new();
    private volatile bool _listens;

    public FleetService(
        ITransportConnection connection, BoardTrust trust, HostBoard board, DaemonOptions options, MachineLibrary machines, VmTable table, EventHub events, TimeProvider time, ILogger<FleetService> log)
    {
        (_connection, _board, _events, _time) = (connection, board, events, time);
        Directory = new FleetDirectory(log);
        Publisher = new FleetPublisher(log) { Connection = connection };
        Caller = new FleetCaller(connection, $"{FleetTopics.Root}/{board.Name}/answer", trust.Sign, user: null, time);
        _announcements = new FleetAnnouncements(board, options, machines, table, Publisher, events, time);
    }

    /// <summary>What the boards say of themselves.</summary>
    public FleetDirectory Directory { get; }

    /// <summary>Asks other boards.</summary>
    public FleetCaller Caller { get; }

    /// <summary>Publishes.</summary>
    public FleetPublisher Publisher { get; }

    /// <summary><c>off</c>, <c>connecting</c> or <c>connected</c>: it hears commands, and what others say.</summary>
    public string Status => _connection is OfflineConnection ? "off" : _listens && _connection.IsConnected ? "connected" : "connecting";

    /// <summary>Takes part from now on; returns when the broker was reached for the first time, or never.</summary>
    public async Task RunAsync(FleetCommands commands)
    {
        if (_connection is OfflineConnection) return;
        _connection.ConnectionChanged += OnConnection;
        _ = _announcements.RunAsync(_closing.Token);
        try
        {
            await commands.ListenAsync(_connection, _closing.Token);
            await Caller.ListenAsync(_closing.Token);
            await Directory.ListenAsync(_connection, _closing.Token);
            _listens = true;
            await _announcements.AnnounceAsync();
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The service ends.
        }
    }

    /// <summary>The boards that this one hears of, itself among them.</summary>
    public IReadOnlyList<FleetBoard> Boards() => Directory.Describe();

    /// <summary>Why a board cannot be reached now; null when it may be. A hint for people: the protocol itself asks the board.</summary>
    public string? WhyUnreachable(string name)
    {
        if (Status == "off") return OfflineConnection.WhyNot;
        if (Status != "connected") return "this board has no connection to the broker now";
        if (name == _board.Name) return $"'{name}' is this board";
        if (Directory.Find(name) is not { } notes) return $"no board '{name}' was heard of; known are {string.Join(", ", Directory.Boards.Keys.Order(StringComparer.Ordinal))}";
        return notes.State is "lost" or "sleeping" ? $"board '{name}' is {notes.State}" : null;
    }

    /// <summary>Asks a board whether it could run a VM.</summary>
    /// <exception cref="ProblemException">It does not answer.</exception>
    public async Task<VmPlan> AskPlanAsync(string destination, PlanQuestion question, CancellationToken cancellation)
    {
        if (!NameRule.IsName(destination)) throw Problems.Invalid($"'{destination}' is not a board's name", "board", $"allowed are {NameRule.InWords}");
        try
        {
            var payload = JsonSerializer.SerializeToUtf8Bytes(question, HostJson.Default.PlanQuestion);
            return ReadPlan(destination, await Caller.AskAsync(destination, "plan", payload, AnswerPatience, cancellation));
        }
        catch (Exception e) when (e is TimeoutException or TransportException or JsonException)
        {
            throw Problems.Conflict("board-silent", "The other board does not answer", $"board '{destination}': {e.Message}", destination, "see: ehv fleet ls");
        }
    }

    /// <summary>Says goodbye: this board sleeps, it is not lost.</summary>
    public async Task LeaveAsync()
    {
        if (!_connection.IsConnected) return;
        // A broker that does not take it any more is not waited for: its last will says it then.
        await Task.WhenAny(Publisher.PublishAsync(FleetTopics.State(_board.Name), "sleeping"u8.ToArray(), retain: true), Task.Delay(GoodbyePatience, _time));
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await Publisher.CloseAsync();
        _connection.ConnectionChanged -= OnConnection;
    }

    private static VmPlan ReadPlan(string board, ReadOnlyMemory<byte> answer)
    {
        var reply = JsonSerializer.Deserialize(answer.Span, ControlJson.Default.FleetReply) ?? throw new JsonException("the answer is null");
        return reply.Plan ?? throw Problems.Conflict("plan-refused", "The other board cannot say", reply.Error ?? "no reason given", board);
    }

    private void OnConnection(bool connected)
    {
        _events.Publish(connected ? "fleet-connected" : "fleet-lost", _board.Name);
        if (connected && _listens) _ = _announcements.AnnounceAsync(); // nobody is to ask a board that does not hear yet
    }
}
