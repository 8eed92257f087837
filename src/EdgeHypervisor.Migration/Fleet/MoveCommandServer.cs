// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Migration;

/// <summary>
/// Takes the fleet's move and cancel commands for one board and publishes what becomes of them. What a command says is not
/// trusted; whether its sender may give it is the board's to say, through <c>start</c>.
/// </summary>
public sealed class MoveCommandServer : IAsyncDisposable
{
    private const int RememberedJobs = 1024;
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromMilliseconds(250);

    private readonly string _root;
    private readonly string _board;
    private readonly ITransportConnection _control;
    private readonly Func<MoveCommand, MoveJob> _start;
    private readonly Action<string> _report;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (MoveJob Job, string Token)> _jobs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _jobOfToken = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = [];
    private readonly List<IAsyncDisposable> _subscriptions = [];

    /// <summary>Makes a server; <see cref="StartAsync"/> lets it listen.</summary>
    /// <param name="options">The board's name and the first level of the topics.</param>
    /// <param name="control">The connection for control messages.</param>
    /// <param name="start">Begins the move, or throws a <see cref="MoveException"/> that says why not.</param>
    /// <param name="report">Takes what an operator should know.</param>
    /// <param name="time">The clock.</param>
    public MoveCommandServer(MoveEndpointOptions options, ITransportConnection control, Func<MoveCommand, MoveJob> start, Action<string> report, TimeProvider time)
    {
        (_root, _board, _control, _start, _report, _time) = (options.TopicRoot, options.Board, control, start, report, time);
    }

    /// <summary>Listens.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        await SubscribeAsync("move", Move, cancellation).ConfigureAwait(false);
        await SubscribeAsync("cancel", Cancel, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var subscription in _subscriptions) await subscription.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The present report of every job that is remembered.</summary>
    public IReadOnlyList<JobReport> Jobs()
    {
        lock (_gate) return [.. _jobs.Values.Select(j => JobReport.Of(j.Job, _board, j.Token))];
    }

    private async Task SubscribeAsync(string verb, Action<TransportMessage> handle, CancellationToken cancellation)
    {
        ValueTask Take(TransportMessage message)
        {
            // Whoever retains a command would move the VM again at each reconnect.
            if (message.Retain) _report($"ignored a retained command on {message.Topic}: commands must not be retained; clear it");
            else handle(message);
            return ValueTask.CompletedTask;
        }

        _subscriptions.Add(await _control.SubscribeAsync($"{_root}/{_board}/command/{verb}", TransportQos.AtLeastOnce, Take, cancellation).ConfigureAwait(false));
    }

    private void Move(TransportMessage message)
    {
        var token = "";
        try
        {
            var command = MoveCommand.Parse(message.Payload);
            token = command.Token;
            var (job, isNew) = Begin(command);
            if (isNew) Follow(job, command.Token);
            Answer(message, job, command.Token);
        }
        catch (Exception e) when (e is FormatException or MoveException)
        {
            _report($"a move was refused: {e.Message}");
            Reply(message, new JobReport("", MoveJobState.Failed) { Reason = e.Message, From = _board, Token = token });
        }
    }

    private void Cancel(TransportMessage message)
    {
        try
        {
            var id = CancelCommand.Parse(message.Payload).Job;
            (MoveJob Job, string Token) found;
            lock (_gate)
            {
                if (!_jobs.TryGetValue(id, out found)) throw new MoveException($"there is no job {id} on board {_board}");
            }
            found.Job.Cancel();
            Reply(message, JobReport.Of(found.Job, _board, found.Token));
        }
        catch (Exception e) when (e is FormatException or MoveException)
        {
            Reply(message, new JobReport("", MoveJobState.Failed) { Reason = e.Message, From = _board });
        }
    }

    private (MoveJob Job, bool IsNew) Begin(MoveCommand command)
    {
        lock (_gate)
        {
            if (command.Token.Length > 0 && _jobOfToken.TryGetValue(command.Token, out var id)) return (_jobs[id].Job, false);
            var job = _start(command);
            _jobs[job.Id] = (job, command.Token);
            if (command.Token.Length > 0) _jobOfToken[command.Token] = job.Id;
            _order.Enqueue(job.Id);
            ForgetOldest();
            return (job, true);
        }
    }

    /// <summary>The room is bounded; the oldest jobs go, whose commands are long expired.</summary>
    private void ForgetOldest()
    {
        while (_order.Count > RememberedJobs)
        {
            if (_jobs.Remove(_order.Dequeue(), out var old)) _jobOfToken.Remove(old.Token);
        }
    }

    /// <summary>Publishes each change of a job, progress not too often.</summary>
    private void Follow(MoveJob job, string token)
    {
        var topic = $"{_root}/{_board}/job/{job.Id}";
        var gate = new Lock();
        long published = 0;
        job.Changed += changed =>
        {
            lock (gate)
            {
                if (changed.State == MoveJobState.InProgress && published != 0 && _time.GetElapsedTime(published) < ProgressEvery) return;
                published = _time.GetTimestamp();
            }
            Publish(topic, JobReport.Of(changed, _board, token), null);
        };
        Publish(topic, JobReport.Of(job, _board, token), null);
    }

    /// <summary>The asker hears at once that there is a job, and at the end what became of it.</summary>
    private void Answer(TransportMessage command, MoveJob job, string token)
    {
        Reply(command, JobReport.Of(job, _board, token));
        _ = job.Completion.ContinueWith(_ => Reply(command, JobReport.Of(job, _board, token)), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private void Reply(TransportMessage command, JobReport report)
    {
        if (command.ResponseTopic is { } topic && MayAnswerOn(topic)) Publish(topic, report, command);
    }

    /// <summary>An answer is never a command: nobody makes this board publish where boards listen.</summary>
    private bool MayAnswerOn(string topic) =>
        topic.Length is > 0 and <= 512 && !topic.Contains('#') && !topic.Contains('+') && !topic.StartsWith('$')
        && !(topic.StartsWith(_root + "/", StringComparison.Ordinal) && (topic.Contains("/command/", StringComparison.Ordinal) || topic.Contains("/move/", StringComparison.Ordinal)));

    private void Publish(string topic, JobReport report, TransportMessage? command) => _ = PublishAsync(new TransportMessage
    {
        Topic = topic,
        Payload = report.ToJson(),
        Qos = TransportQos.AtLeastOnce,
        CorrelationData = command?.CorrelationData ?? default,
        ContentType = "application/json",
        Expiry = TimeSpan.FromMinutes(5),
    });

    private async Task PublishAsync(TransportMessage message)
    {
        try
        {
            await _control.PublishAsync(message, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TransportException or OperationCanceledException or ObjectDisposedException)
        {
            _report($"a report on {message.Topic} was not taken: {e.Message}");
        }
    }
}
