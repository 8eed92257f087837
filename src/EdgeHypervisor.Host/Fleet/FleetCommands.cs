// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Threading.Channels;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Migration;
using Microsoft.Extensions.Logging;

namespace EdgeHypervisor.Host;

/// <summary>The commands that come over the transport: who asks, whether they may, what is done, and the answer. Also says how jobs go.</summary>
internal sealed partial class FleetCommands(
    HostBoard board, BoardTrust trust, FleetPublisher publisher, MoveService moves, FleetJobs jobs, PlanService plans, ImageUploads uploads, ImageStore images, VmTable table, Placement placement, ILogger<FleetCommands> log)
{
    private const int MaximumCommandBytes = 128 * 1024;
    private const int MaximumHeadBytes = 8 * 1024; // user properties and what an answer repeats
    private const int MostWaiting = 256;
    private const int MostWaitingBytes = 4 << 20;
    private static readonly TimeSpan AnswerExpiry = TimeSpan.FromMinutes(1);

    // One that has to ask others first must not keep their answers waiting: commands are worked on beside what comes in.
    private readonly Channel<(TransportMessage Message, int Bytes)> _waiting = Channel.CreateBounded<(TransportMessage, int)>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.Wait });
    private int _waitingBytes;

    /// <summary>Takes commands from now on.</summary>
    public async Task ListenAsync(ITransportConnection connection, CancellationToken cancellation)
    {
        moves.Changed += job => _ = publisher.PublishAsync(
            FleetTopics.Job(board.Name, job.Id), JsonSerializer.SerializeToUtf8Bytes(job, ControlJson.Default.MoveJob), retain: false, job.IsFinished ? TransportQos.AtLeastOnce : TransportQos.AtMostOnce);
        jobs.Changed += job => _ = publisher.PublishAsync(FleetTopics.Job(board.Name, job.Id), JsonSerializer.SerializeToUtf8Bytes(job, ControlJson.Default.FleetJob), retain: false);
        for (var worker = 0; worker < 2; worker++) _ = WorkAsync(cancellation);
        await connection.SubscribeAsync(FleetTopics.Command(board.Name, "+"), TransportQos.AtLeastOnce, Take, cancellation);
        await connection.SubscribeAsync(FleetTopics.Command(board.Name, "+/+"), TransportQos.AtLeastOnce, Take, cancellation);
    }

    private ValueTask Take(TransportMessage message)
    {
        if (WhyNotTaken(message) is { } reason) LogRefused(message.Topic, "", reason);
        return ValueTask.CompletedTask;
    }

    private string? WhyNotTaken(TransportMessage message)
    {
        var headBytes = HeadBytes(message);
        if (message.Payload.Length > MaximumCommandBytes) return $"a command has at most {MaximumCommandBytes} bytes";
        if (headBytes > MaximumHeadBytes) return $"a command has at most {MaximumHeadBytes} bytes beside its payload";
        var bytes = message.Payload.Length + headBytes;
        if (Interlocked.Add(ref _waitingBytes, bytes) <= MostWaitingBytes && _waiting.Writer.TryWrite((message, bytes))) return null;
        Interlocked.Add(ref _waitingBytes, -bytes);
        return "too many commands are waiting";
    }

    private static int HeadBytes(TransportMessage message) => (int)Math.Min(
        int.MaxValue,
        message.CorrelationData.Length + (message.ResponseTopic?.Length ?? 0) + message.UserProperties.Sum(property => 64L + property.Key.Length + property.Value.Length));

    private async Task WorkAsync(CancellationToken cancellation)
    {
        try
        {
            await foreach (var (message, bytes) in _waiting.Reader.ReadAllAsync(cancellation))
            {
                await WorkAsync(message, cancellation);
                Interlocked.Add(ref _waitingBytes, -bytes);
            }
        }
        catch (OperationCanceledException)
        {
            // The service ends.
        }
    }

    // Whatever is wrong with one command, the next one is worked on.
    private async Task WorkAsync(TransportMessage message, CancellationToken cancellation)
    {
        try
        {
            await AnswerAsync(message, await ObeyAsync(message, cancellation));
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogFailed(message.Topic, e);
        }
    }

    private async Task AnswerAsync(TransportMessage message, FleetReply reply)
    {
        if (message.ResponseTopic is not { } topic || !FleetTopics.MayBeAnsweredOn(topic)) return;
        await publisher.PublishAsync(new TransportMessage
        {
            Topic = topic,
            Payload = JsonSerializer.SerializeToUtf8Bytes(reply, ControlJson.Default.FleetReply),
            Qos = TransportQos.AtLeastOnce,
            CorrelationData = message.CorrelationData,
            Expiry = AnswerExpiry,
            ContentType = "application/json",
        });
    }

    private async Task<FleetReply> ObeyAsync(TransportMessage message, CancellationToken cancellation)
    {
        var by = "";
        try
        {
            if (message.Retain) throw Problems.Invalid("a command must not be retained", "retain");
            if (FleetTopics.CommandOf(message.Topic, board.Name) is not (var verb, var user)) throw Problems.Invalid("this is not a command's topic");
            if (!OperatorList.Verbs.Contains(verb)) throw Problems.Invalid($"'{verb}' is not a command; known are {string.Join(", ", OperatorList.Verbs)}");
            by = CommandSignature.Property(message, CommandSignature.By) ?? user ?? "";
            var asker = trust.Permissions.Admit(verb, user, message);
            if (!OperatorList.IsQuestion(verb)) LogAsked(verb, asker.Name);
            return await ObeyAsync(verb, asker, message.Payload, cancellation);
        }
        catch (Exception e) when (e is JsonException or FormatException or ProblemException or DescriptionException or IOException)
        {
            LogRefused(message.Topic, by, e.Message);
            return new FleetReply(Error: e.Message);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogFailed(message.Topic, e);
            return new FleetReply(Error: "the board failed at it; its log says more");
        }
    }

    private async Task<FleetReply> ObeyAsync(string verb, CommandAsker asker, ReadOnlyMemory<byte> payload, CancellationToken cancellation) => verb switch
    {
        "move" => new FleetReply(Job: await MoveAsync(MoveCommand.Parse(payload), asker, cancellation)),
        "cancel" => Cancel(CancelCommand.Parse(payload).Job),
        "jobs" => Report(JobCommand.Parse(payload).Job),
        "plan" => new FleetReply(Plan: await plans.PlanArrivalAsync(
            JsonSerializer.Deserialize(payload.Span, HostJson.Default.PlanQuestion) ?? throw new JsonException("the question is null"), cancellation)),
        "image" => new FleetReply(Received: uploads.Take(ImageCommand.Parse(payload))),
        "evacuate" => Evacuate(EvacuateCommand.Parse(payload), asker, payload),
        "rebalance" => Rebalance(RebalanceCommand.Parse(payload), asker, payload),
        "update" => Update(UpdateCommand.Parse(payload), asker, payload),
        "rollout" => Rollout(RolloutCommand.Parse(payload), asker, payload),
        _ => throw Problems.Invalid($"'{verb}' is not a command"),
    };

    private async Task<ControlApi.MoveJob> MoveAsync(MoveCommand command, CommandAsker asker, CancellationToken cancellation)
    {
        var token = command.Token.Length == 0 ? null : command.Token;
        if (token is not null && moves.FindToken(token) is { } known) return known;
        RequireNew(asker);
        var destination = command.Destination.Length > 0 ? command.Destination : await PlaceAsync(command, cancellation);
        return moves.Start(new MoveRequest(command.Vm, destination, token, By: Name(asker, command.By)), command.Tuning);
    }

    private async Task<string> PlaceAsync(MoveCommand command, CancellationToken cancellation)
    {
        var vm = table.GetName(command.Vm);
        var (boards, reasons) = placement.Rank(Placement.Need.Of(vm), board.Name, command.Where);
        var against = reasons.ToList();
        foreach (var candidate in boards)
        {
            var plan = await plans.PlanMoveAsync(vm, candidate, cancellation);
            if (plan.Possible) return candidate;
            against.Add($"{candidate}: {string.Join("; ", plan.Items.Where(item => item.Verdict != "ok").Select(item => item.Detail))}");
        }
        throw Problems.Conflict("no-place", "No board can take it", string.Join("; ", against), vm.Name, "see: ehv fleet ls");
    }

    private FleetReply Cancel(string job)
    {
        if (jobs.Cancel(job)) return new FleetReply(FleetJob: jobs.Find(job));
        moves.Cancel(job);
        return new FleetReply(Job: moves.Get(job));
    }

    private FleetReply Report(string job)
    {
        if (job.Length == 0) return new FleetReply(Moves: moves.List(), FleetJobs: jobs.List());
        return jobs.Find(job) is { } found ? new FleetReply(FleetJob: found) : new FleetReply(Job: moves.Get(job));
    }

    private FleetReply Evacuate(EvacuateCommand command, CommandAsker asker, ReadOnlyMemory<byte> payload) => Begin("evacuate", command.Token, command.By, asker, payload);

    private FleetReply Rebalance(RebalanceCommand command, CommandAsker asker, ReadOnlyMemory<byte> payload) => Begin("rebalance", command.Token, command.By, asker, payload);

    private FleetReply Update(UpdateCommand command, CommandAsker asker, ReadOnlyMemory<byte> payload) => Begin("update", command.Token, command.By, asker, payload, command.Image);

    private FleetReply Rollout(RolloutCommand command, CommandAsker asker, ReadOnlyMemory<byte> payload)
    {
        if (images.Find(command.Image) is null) throw Problems.NotFound("image", command.Image, "send it first: command/image, or ehv fleet rollout --firmware FILE");
        return Begin("rollout", command.Token, command.By, asker, payload, command.Image);
    }

    private FleetReply Begin(string verb, string token, string by, CommandAsker asker, ReadOnlyMemory<byte> order, string? image = null)
    {
        if (jobs.FindToken(verb, token) is { } known) return new FleetReply(FleetJob: known);
        RequireNew(asker);
        return new FleetReply(FleetJob: jobs.Start(verb, token, Name(asker, by), order, image));
    }

    // A signed command that comes again is answered with what it began; without that there is nothing to answer it with.
    private static void RequireNew(CommandAsker asker)
    {
        if (asker.IsRepeated) throw Problems.Conflict("command-repeated", "The command was taken before", "just this signed command was taken before; nothing is begun twice", "token", "give each command a token of its own");
    }

    private static string Name(CommandAsker asker, string says) => says.Length == 0 || says == asker.Name ? asker.Name : asker.Name == OperatorList.Anyone ? says : $"{asker.Name} for {says}";

    [LoggerMessage(LogLevel.Information, "command={verb} by={by}")]
    private partial void LogAsked(string verb, string by);

    [LoggerMessage(LogLevel.Error, "failed at topic={topic}")]
    private partial void LogFailed(string topic, Exception exception);

    [LoggerMessage(LogLevel.Warning, "refused topic={topic} by={by}: {reason}")]
    private partial void LogRefused(string topic, string by, string reason);
}
