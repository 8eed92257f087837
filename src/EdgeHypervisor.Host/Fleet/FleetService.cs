// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Composition;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Migration;
using Microsoft.Extensions.Logging;

namespace EdgeHypervisor.Host;

/// <summary>
/// This board among the others: says what it is and what it runs (retained, with a last will), hears what others say, takes
/// commands and answers them. docs/asyncapi.yaml is the contract.
/// </summary>
internal sealed partial class FleetService(HostBoard board, MachineLibrary machines, VmTable table, MoveService moves, EventHub events, TimeProvider time, ILogger<FleetService> log)
    : IAsyncDisposable
{
    private const int MaximumCommandBytes = 128 * 1024;
    private const int MaximumBoards = 1000;
    private const string Json = "application/json";
    private static readonly TimeSpan GoodbyePatience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CommandExpiry = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, FleetBoardNotes> _boards = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<ReadOnlyMemory<byte>>> _questions = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _closing = new();
    private readonly HashSet<string> _announced = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _announcing = new(1, 1);
    private ITransportConnection _connection = new OfflineConnection();
    private Func<PlanQuestion, CancellationToken, Task<VmPlan>>? _plan;

    /// <summary><c>off</c>, <c>connecting</c> or <c>connected</c>.</summary>
    public string Status => _connection is OfflineConnection ? "off" : _connection.IsConnected ? "connected" : "connecting";

    private string AnswerTopic => $"{FleetTopics.Root}/{board.Name}/answer";

    /// <summary>Takes part from now on; returns when the broker was reached for the first time, or never.</summary>
    /// <param name="connection">The control connection.</param>
    /// <param name="plan">Says whether a VM of another board could run here.</param>
    public async Task RunAsync(ITransportConnection connection, Func<PlanQuestion, CancellationToken, Task<VmPlan>> plan)
    {
        (_connection, _plan) = (connection, plan);
        if (connection is OfflineConnection) return;
        connection.ConnectionChanged += OnConnection;
        moves.Changed += OnMove;
        _ = AnnounceChangesAsync();
        try
        {
            await connection.SubscribeAsync($"{FleetTopics.Root}/{board.Name}/command/+", TransportQos.AtLeastOnce, OnCommandAsync, _closing.Token);
            await connection.SubscribeAsync(AnswerTopic, TransportQos.AtLeastOnce, OnAnswer, _closing.Token);
            await connection.SubscribeAsync($"{FleetTopics.Root}/+/$state", TransportQos.AtLeastOnce, OnState, _closing.Token);
            await connection.SubscribeAsync($"{FleetTopics.Root}/+/$description", TransportQos.AtLeastOnce, OnDescription, _closing.Token);
            await connection.SubscribeAsync($"{FleetTopics.Root}/+/vm/+", TransportQos.AtLeastOnce, OnVm, _closing.Token);
            await AnnounceAsync();
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The service ends.
        }
    }

    /// <summary>The boards that this one hears of, itself among them.</summary>
    public IReadOnlyList<FleetBoard> Boards() =>
        [.. _boards.Select(entry => entry.Value.Describe(entry.Key)).OrderBy(known => known.Name, StringComparer.Ordinal)];

    /// <summary>Why a board cannot be reached now; null when it may be. A hint for people: the protocol itself asks the board.</summary>
    public string? WhyUnreachable(string name)
    {
        if (Status == "off") return "this board has no transport; see 'transport' in the service's configuration";
        if (Status != "connected") return "this board has no connection to the broker now";
        if (name == board.Name) return $"'{name}' is this board";
        if (!_boards.TryGetValue(name, out var notes)) return $"no board '{name}' was heard of; known are {string.Join(", ", _boards.Keys.Order(StringComparer.Ordinal))}";
        return notes.State is "lost" or "sleeping" ? $"board '{name}' is {notes.State}" : null;
    }

    /// <summary>Asks a board whether it could run a VM.</summary>
    /// <exception cref="ProblemException">It does not answer.</exception>
    public async Task<VmPlan> AskPlanAsync(string destination, PlanQuestion question, CancellationToken cancellation)
    {
        if (!NameRule.IsName(destination)) throw Problems.Invalid($"'{destination}' is not a board's name", "board", $"allowed are {NameRule.InWords}");
        var id = Guid.NewGuid().ToString("n");
        var answer = _questions[id] = new TaskCompletionSource<ReadOnlyMemory<byte>>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await _connection.PublishAsync(
                new TransportMessage
                {
                    Topic = FleetTopics.Command(destination, "plan"),
                    Payload = JsonSerializer.SerializeToUtf8Bytes(question, HostJson.Default.PlanQuestion),
                    Qos = TransportQos.AtLeastOnce,
                    ResponseTopic = AnswerTopic,
                    CorrelationData = Encoding.ASCII.GetBytes(id),
                    Expiry = CommandExpiry,
                    ContentType = Json,
                },
                cancellation);
            return ReadPlan(destination, await answer.Task.WaitAsync(AnswerPatience, time, cancellation));
        }
        catch (Exception e) when (e is TimeoutException or TransportException or JsonException)
        {
            throw Problems.Conflict("board-silent", "The other board does not answer", $"board '{destination}': {e.Message}", destination, "see: ehv fleet ls");
        }
        finally
        {
            _questions.TryRemove(id, out _);
        }
    }

    /// <summary>Says goodbye: this board sleeps, it is not lost.</summary>
    public async Task LeaveAsync()
    {
        if (!_connection.IsConnected) return;
        // A broker that does not take it any more is not waited for: its last will says it then.
        await Task.WhenAny(PublishAsync(FleetTopics.State(board.Name), "sleeping"u8.ToArray(), retain: true), Task.Delay(GoodbyePatience, time));
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _connection.ConnectionChanged -= OnConnection;
        moves.Changed -= OnMove;
    }

    private static VmPlan ReadPlan(string board, ReadOnlyMemory<byte> answer)
    {
        var reply = JsonSerializer.Deserialize(answer.Span, HostJson.Default.CommandReply) ?? throw new JsonException("the answer is null");
        return reply.Plan ?? throw Problems.Conflict("plan-refused", "The other board cannot say", reply.Error ?? "no reason given", board);
    }

    private void OnConnection(bool connected)
    {
        events.Publish(connected ? "fleet-connected" : "fleet-lost", board.Name);
        if (connected) _ = AnnounceAsync();
    }

    private void OnMove(ControlApi.MoveJob job) =>
        _ = PublishAsync(FleetTopics.Job(board.Name, job.Id), JsonSerializer.SerializeToUtf8Bytes(job, ControlJson.Default.MoveJob), retain: false);

    private async Task AnnounceAsync()
    {
        lock (_announced) _announced.Clear();
        var description = new FleetDescription(
            board.Description.Name, RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant(), SdkVersion.Current.ToString(),
            [.. board.Description.Peripherals.Select(peripheral => peripheral.Role)], machines.List());
        await PublishAsync(FleetTopics.Description(board.Name), JsonSerializer.SerializeToUtf8Bytes(description, HostJson.Default.FleetDescription), retain: true);
        await PublishAsync(FleetTopics.State(board.Name), "ready"u8.ToArray(), retain: true);
        await AnnounceVmsAsync();
    }

    private async Task AnnounceChangesAsync()
    {
        try
        {
            await foreach (var happened in events.ListenAsync(withRecent: false, _closing.Token))
            {
                if (happened.Kind.StartsWith("vm-", StringComparison.Ordinal)) await AnnounceVmsAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The service ends.
        }
    }

    // Each VM is a retained message; one that is here no longer is taken back by an empty one.
    private async Task AnnounceVmsAsync()
    {
        if (!_connection.IsConnected) return;
        await _announcing.WaitAsync();
        try
        {
            var here = table.All.ToDictionary(vm => vm.Name, StringComparer.Ordinal);
            foreach (var gone in _announced.Except(here.Keys).ToArray())
            {
                await PublishAsync(FleetTopics.Vm(board.Name, gone), default, retain: true);
                _announced.Remove(gone);
            }
            foreach (var vm in here.Values)
            {
                var summary = VmReports.Summarize(vm);
                var notice = new FleetVm(summary.State, summary.Machine, summary.Epoch, summary.Reason);
                await PublishAsync(FleetTopics.Vm(board.Name, vm.Name), JsonSerializer.SerializeToUtf8Bytes(notice, HostJson.Default.FleetVm), retain: true);
                _announced.Add(vm.Name);
            }
        }
        finally
        {
            _announcing.Release();
        }
    }

    private ValueTask OnState(TransportMessage message) => Note(message, (notes, text) => notes.State = text);

    private ValueTask OnDescription(TransportMessage message) => Note(message, (notes, text) =>
    {
        if (JsonSerializer.Deserialize(text, HostJson.Default.FleetDescription) is { } description) notes.Description = description;
    });

    private ValueTask OnVm(TransportMessage message)
    {
        var vm = message.Topic[(message.Topic.LastIndexOf('/') + 1)..];
        return Note(message, (notes, text) => notes.Note(vm, exists: text.Length > 0));
    }

    // What others say is not trusted: it is bounded, read strictly, and what cannot be read is dropped.
    private ValueTask Note(TransportMessage message, Action<FleetBoardNotes, string> note)
    {
        var name = FleetTopics.BoardOf(message.Topic);
        if (name is null || !NameRule.IsName(name) || message.Payload.Length > MaximumCommandBytes) return ValueTask.CompletedTask;
        if (_boards.Count >= MaximumBoards && !_boards.ContainsKey(name)) return ValueTask.CompletedTask;
        try
        {
            note(_boards.GetOrAdd(name, _ => new FleetBoardNotes()), Encoding.UTF8.GetString(message.Payload.Span));
        }
        catch (JsonException e)
        {
            LogDropped(message.Topic, e.Message);
        }
        return ValueTask.CompletedTask;
    }

    private ValueTask OnAnswer(TransportMessage message)
    {
        if (_questions.TryGetValue(Encoding.ASCII.GetString(message.CorrelationData.Span), out var question)) question.TrySetResult(message.Payload);
        return ValueTask.CompletedTask;
    }

    private async ValueTask OnCommandAsync(TransportMessage message)
    {
        var reply = await ObeyAsync(message);
        if (reply.Error is not null) LogRefused(message.Topic, reply.Error);
        if (message.ResponseTopic is not { } topic || !FleetTopics.MayBeAnsweredOn(topic)) return;
        await PublishAsync(
            new TransportMessage
            {
                Topic = topic,
                Payload = JsonSerializer.SerializeToUtf8Bytes(reply, HostJson.Default.CommandReply),
                Qos = TransportQos.AtLeastOnce,
                CorrelationData = message.CorrelationData,
                Expiry = CommandExpiry,
                ContentType = Json,
            });
    }

    private async Task<CommandReply> ObeyAsync(TransportMessage message)
    {
        try
        {
            if (message.Retain) throw Problems.Invalid("a command must not be retained", "retain");
            if (message.Payload.Length > MaximumCommandBytes) throw Problems.Invalid($"a command has at most {MaximumCommandBytes} bytes");
            var verb = message.Topic[(message.Topic.LastIndexOf('/') + 1)..];
            switch (verb)
            {
                case "move":
                    var command = MoveCommand.Parse(message.Payload);
                    return new CommandReply(Job: moves.Start(new MoveRequest(command.Vm, command.Destination, command.Token.Length == 0 ? null : command.Token), command.Options));
                case "cancel":
                    var job = CancelCommand.Parse(message.Payload).Job;
                    moves.Cancel(job);
                    return new CommandReply(Job: moves.Get(job));
                case "plan":
                    var question = JsonSerializer.Deserialize(message.Payload.Span, HostJson.Default.PlanQuestion) ?? throw new JsonException("the question is null");
                    return new CommandReply(Plan: await _plan!(question, _closing.Token));
                default:
                    throw Problems.Invalid($"'{verb}' is not a command; known are move, cancel and plan");
            }
        }
        catch (Exception e) when (e is JsonException or FormatException or ProblemException or DescriptionException)
        {
            return new CommandReply(Error: e.Message);
        }
    }

    private Task PublishAsync(string topic, ReadOnlyMemory<byte> payload, bool retain) => PublishAsync(new TransportMessage
    {
        Topic = topic,
        Payload = payload,
        Qos = TransportQos.AtLeastOnce,
        Retain = retain,
        ContentType = payload.IsEmpty ? null : Json,
    });

    // A retained message that is not taken now is sent again with the next connection.
    private async Task PublishAsync(TransportMessage message)
    {
        try
        {
            if (_connection.IsConnected) await _connection.PublishAsync(message, _closing.Token);
        }
        catch (Exception e) when (e is TransportException or OperationCanceledException or ObjectDisposedException)
        {
            LogDropped(message.Topic, e.Message);
        }
    }

    [LoggerMessage(LogLevel.Debug, "dropped topic={topic}: {reason}")]
    private partial void LogDropped(string topic, string reason);

    [LoggerMessage(LogLevel.Warning, "refused topic={topic}: {reason}")]
    private partial void LogRefused(string topic, string reason);
}
