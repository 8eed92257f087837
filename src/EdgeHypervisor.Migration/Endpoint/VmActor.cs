// SPDX-License-Identifier: Apache-2.0
using System.Threading.Channels;
using static EdgeHypervisor.Migration.ProtocolOutput;

namespace EdgeHypervisor.Migration;

/// <summary>
/// Drives one VM's machine: one thing after another goes in, and what comes out is done before the next. Everything that
/// waits for others (pages, checks, verification) works beside it and reports back as an input.
/// </summary>
internal sealed class VmActor : IAsyncDisposable
{
    private const int InboxLength = 256;

    private readonly VmActorContext _context;
    private readonly Channel<(Func<Task> Do, Action<string>? Refuse)> _inbox = Channel.CreateBounded<(Func<Task>, Action<string>?)>(new BoundedChannelOptions(InboxLength) { SingleReader = true });
    private readonly ITimer _retry;
    private readonly ITimer _patience;
    private readonly Task _loop;
    private readonly string _folder;
    private OwnershipJournal? _journal;
    private volatile VmState _state;
    private OutgoingMove? _outgoing;
    private IncomingMove? _incoming;
    private ControlMessage? _offer;
    private Task _checking = Task.CompletedTask;
    private ulong _lastFrame;
    private ArrivalClock? _arrival;
    private TimeSpan _retryAfter;
    private volatile string? _halted; // why
    private bool _isRepeating;

    public VmActor(string vm, VmActorContext context, OwnershipJournal? journal)
    {
        (Vm, _context, _journal) = (vm, context, journal);
        Since = context.Time.GetTimestamp();
        _folder = Path.Combine(context.Options.JournalFolder, vm);
        _state = VmState.Of(DestinationMachine.Absent(OwnershipRecord.Unknown(vm)));
        _retryAfter = context.Options.Retry;
        _retry = context.Time.CreateTimer(_ => Post(OnRetryAsync), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _patience = context.Time.CreateTimer(_ => Post(OnPatienceAsync), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _loop = Task.Run(LoopAsync);
    }

    /// <summary>The VM's id.</summary>
    public string Vm { get; }

    /// <summary>What this board is to the VM now.</summary>
    public VmOwnership Ownership
    {
        get
        {
            var state = _state;
            var phase = state.Source?.Phase.ToString() ?? state.Destination!.Phase.ToString();
            var peer = state.Source is { } s ? (s.Phase == SourcePhase.Owning ? "" : s.Record.Peer) : state.Destination!.Source;
            return new VmOwnership(Vm, state.Record.Kind, state.Record.OwnedEpoch, peer, _halted is null ? phase : VmOwnership.Halted);
        }
    }

    /// <summary>Whether nothing would be lost by forgetting this actor: no journal, nothing under way.</summary>
    public bool IsIdleAndUnknown => _journal is null && _state.Destination is { Phase: DestinationPhase.Absent };

    /// <summary>Whether this board has never written anything about the VM.</summary>
    public bool IsUnknown => _journal is null;

    /// <summary>Whether all that it remembers is that it refused attempts for good, of a VM that this board never owned.</summary>
    public bool IsRefusal => _journal is not null && _state.Destination is { Phase: DestinationPhase.Absent, Record.OwnedEpoch: 0 };

    /// <summary>Since when this board has heard of the VM, in the clock's ticks.</summary>
    public long Since { get; }

    /// <summary>Takes up what the journal says.</summary>
    public Task RestartAsync() => AskAsync(async () =>
    {
        if (_journal is null) return;
        var record = _journal.Last;
        var intact = record.Kind == VmRecordKind.Prepared && await _context.Vms.HasPreparedAsync(Vm, record.Digest, _context.Closing).ConfigureAwait(false);
        await ApplyAsync(VmMachine.Restart(record, intact)).ConfigureAwait(false);
    });

    /// <summary>Makes this board the owner of a VM that was just created.</summary>
    public Task<ulong> CreateAsync() => AskAsync(() =>
    {
        var record = OwnershipRecord.Created(Vm);
        _journal = OwnershipJournal.Create(_folder, record);
        _state = VmState.Of(SourceMachine.Owning(record));
        return Task.FromResult(record.OwnedEpoch);
    });

    /// <summary>Forgets a VM that is owned here.</summary>
    public Task DeleteAsync() => AskAsync(() =>
    {
        if (_state.Source is not { Phase: SourcePhase.Owning }) throw new MoveException($"VM {Vm} is not owned by this board, or is being moved.");
        Forget();
        return Task.CompletedTask;
    });

    /// <summary>Forgets a VM that was never here, if nothing of it is under way.</summary>
    public void ForgetRefusal() => Post(() =>
    {
        if (IsRefusal) Forget();
        return Task.CompletedTask;
    });

    /// <summary>Begins a move; how it ends is in the job.</summary>
    public void Begin(MoveJob job) => Post(() => BeginAsync(job), reason => job.End(new MoveResult(MoveJobState.Failed, reason)));

    /// <summary>Something happened.</summary>
    public void Post(ProtocolInput input) => Post(() => StepAsync(input));

    /// <summary>A control message came. Dropped when too much is waiting: it will be repeated.</summary>
    public void Post(ControlMessage message) => Post(() => ReceiveAsync(message));

    /// <summary>The connection is there again: repeat at once what was not answered.</summary>
    public void OnReconnected()
    {
        _outgoing?.Stream?.OnReconnected();
        Post(OnRetryAsync);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _inbox.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
        await _retry.DisposeAsync().ConfigureAwait(false);
        await _patience.DisposeAsync().ConfigureAwait(false);
        await EndOutgoingAsync().ConfigureAwait(false);
        await EndIncomingAsync().ConfigureAwait(false);
        _journal?.Dispose();
    }

    private void Forget()
    {
        _journal?.Dispose();
        _journal = null;
        _state = VmState.Of(DestinationMachine.Absent(OwnershipRecord.Unknown(Vm)));
        Directory.Delete(_folder, recursive: true);
        Medium.SyncFolder(_context.Options.JournalFolder);
    }

    // ---- The loop --------------------------------------------------------------------------------------------------

    /// <param name="work">What to do.</param>
    /// <param name="refuse">What to do instead, with the reason, once nothing is done any more; null: nothing.</param>
    private void Post(Func<Task> work, Action<string>? refuse = null)
    {
        if (_inbox.Writer.TryWrite((work, refuse))) return;
        // Full: a flood of messages, which may be lost, or of events, which may not. Waiting for room is for the latter.
        _ = WriteLaterAsync(work, refuse);
    }

    private async Task WriteLaterAsync(Func<Task> work, Action<string>? refuse)
    {
        try
        {
            await _inbox.Writer.WriteAsync((work, refuse), _context.Closing).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ChannelClosedException or OperationCanceledException)
        {
            // Closing.
        }
    }

    private async Task LoopAsync()
    {
        await foreach (var (work, refuse) in _inbox.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (_halted is { } reason)
            {
                refuse?.Invoke(reason);
                continue;
            }
            try
            {
                await work().ConfigureAwait(false);
            }
            catch (Exception e)
            {
                Halt(e);
            }
        }
    }

    /// <summary>
    /// Whether the last write is durable is unknown, or something of ours is broken: as after a crash, only what the journal
    /// says at the next start can be trusted. The VM stays as it is; a frozen one stays frozen.
    /// </summary>
    private void Halt(Exception reason)
    {
        _halted = $"stopped in doubt; restart the service: {reason.Message}";
        _context.Report($"VM {Vm}: moving it stopped until the service is restarted: {reason.Message}");
        _outgoing?.Job.End(new MoveResult(MoveJobState.Failed, _halted) { IsInDoubt = true });
    }

    private Task AskAsync(Func<Task> work) => AskAsync(async () =>
    {
        await work().ConfigureAwait(false);
        return true;
    });

    private Task<T> AskAsync<T>(Func<Task<T>> work)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(async () =>
        {
            try
            {
                answer.TrySetResult(await work().ConfigureAwait(false));
            }
            catch (Exception e)
            {
                answer.TrySetException(e);
            }
        }, reason => answer.TrySetException(new MoveException($"VM {Vm}: {reason}")));
        return answer.Task;
    }

    // ---- Inputs ----------------------------------------------------------------------------------------------------

    private async Task BeginAsync(MoveJob job)
    {
        if (_state.Source is not { Phase: SourcePhase.Owning })
        {
            job.End(new MoveResult(MoveJobState.Failed, $"VM {Vm} is not owned by this board, or is being moved"));
            return;
        }
        try
        {
            var vm = await _context.Vms.OpenAsync(Vm, _context.Closing).ConfigureAwait(false);
            _outgoing = new OutgoingMove(vm, job, _context.Time);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            job.End(new MoveResult(MoveJobState.Failed, e.Message));
            return;
        }
        job.Report(MoveProgress.Start);
        await StepAsync(new ProtocolInput.Begin(job.Destination)).ConfigureAwait(false);
    }

    private async Task ReceiveAsync(ControlMessage message)
    {
        var (kind, move) = (message.Message.Kind, message.Message.Move);
        if (kind == ProtocolMessageKind.Prepare && message.Offer is not null) _offer = message;
        if (kind == ProtocolMessageKind.Finish && _incoming?.Move == move)
        {
            _lastFrame = message.LastFrame;
            _arrival?.FinishHeard();
        }
        if (kind == ProtocolMessageKind.Commit && _incoming?.Move == move) _arrival?.Mark(MoveStep.CommitHeard);
        if (kind == ProtocolMessageKind.Accepted && _state.Source is { } source && source.IsCurrent(move) && message.From == source.Record.Peer
            && AcceptStream(message) is { } problem)
        {
            await StepAsync(new ProtocolInput.Failed(move, problem)).ConfigureAwait(false);
            return;
        }
        if (_outgoing is { } outgoing && outgoing.Move == move)
        {
            if (kind == ProtocolMessageKind.Prepared) outgoing.Clock.Prepared(message.Steps);
            if (kind == ProtocolMessageKind.Done) outgoing.Clock.Done(message.Steps);
        }
        await StepAsync(new ProtocolInput.Received(message.From, message.Message)).ConfigureAwait(false);
    }

    private async Task OnRetryAsync()
    {
        _isRepeating = true;
        await StepAsync(new ProtocolInput.Elapsed(ProtocolTimer.Retry)).ConfigureAwait(false);
        _isRepeating = false;
    }

    private Task OnPatienceAsync()
    {
        if (_incoming?.Stream.TakeActivity() != true) return StepAsync(new ProtocolInput.Elapsed(ProtocolTimer.Patience));
        _patience.Change(_context.Options.Patience, Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }

    private Task StepAsync(ProtocolInput input) => ApplyAsync(VmMachine.Step(_state, input));

    private async Task ApplyAsync(Transition<VmState> next)
    {
        if (next.State != _state) _retryAfter = _context.Options.Retry;
        _state = next.State;
        if (_outgoing is not null && _state.Source is { } source) _outgoing.Follow(source);
        foreach (var output in next.Outputs) await DoAsync(output).ConfigureAwait(false);
    }

    // ---- Outputs ---------------------------------------------------------------------------------------------------

    private Task DoAsync(ProtocolOutput output) => output switch
    {
        Send send => Do(() => SendMessage(send)),
        Write write => WriteAsync(write.Record),
        SetTimer timer => Do(() => StartTimer(timer.Timer)),
        StartCopy => Do(() => _outgoing?.Start(Post)),
        Freeze => Do(() => _outgoing?.RequestFreeze()),
        Resume resume => TryAsync("can't go on after a move that failed", async () => await (_outgoing?.ResumeAsync(resume.Epoch) ?? Task.CompletedTask).ConfigureAwait(false)),
        Run run => RunAsync(run.Epoch),
        Free => FreeAsync(),
        Check check => CheckAsync(check.Move),
        Verify verify => Do(() => _ = VerifyAsync(_incoming, verify.Digest, _lastFrame)),
        Release => ReleaseAsync(),
        Ended ended => EndAsync(ended),
        _ => throw new InvalidOperationException($"No way to do {output}."),
    };

    private static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private void SendMessage(Send send)
    {
        var (kind, own) = (send.Message.Kind, _outgoing?.Move == send.Message.Move);
        var message = new ControlMessage { From = _context.Options.Board, To = send.To, Message = send.Message };
        if (kind == ProtocolMessageKind.Prepare && own) message = message with { Offer = _outgoing!.Offer, KeyShare = _outgoing.KeyShare };
        if (kind == ProtocolMessageKind.Finish && own)
        {
            message = message with { LastFrame = _outgoing!.Stream!.LastNumber };
            _outgoing.Clock.Finished();
        }
        if (kind == ProtocolMessageKind.Prepared && _arrival is { } arrival) message = message with { Steps = arrival.Prepared() };
        if (kind == ProtocolMessageKind.Done && _arrival is { } arrived) message = message with { Steps = arrived.Done() };
        if (kind == ProtocolMessageKind.Accepted && _incoming is { } incoming)
        {
            message = message with
            {
                KeyShare = incoming.KeyShare,
                MaximumPayloadBytes = _context.Links.MaximumDataBytes,
                Codec = incoming.Codec,
                KnowsPages = incoming.KnowsPages,
            };
        }
        _context.Links.Send(message, isFirst: !_isRepeating);
    }

    private void StartTimer(ProtocolTimer timer)
    {
        if (timer == ProtocolTimer.Patience)
        {
            var frozen = _state.Source?.Phase == SourcePhase.Finishing;
            _patience.Change(frozen ? _context.Options.FrozenPatience : _context.Options.Patience, Timeout.InfiniteTimeSpan);
            return;
        }
        _retry.Change(_retryAfter, Timeout.InfiniteTimeSpan);
        _retryAfter = _retryAfter * 2 < _context.Options.MaximumRetry ? _retryAfter * 2 : _context.Options.MaximumRetry;
    }

    private async Task WriteAsync(OwnershipRecord record)
    {
        var begun = _context.Time.GetTimestamp();
        var failure = record.Kind == VmRecordKind.Prepared && _incoming is { } incoming
            ? await WritePreparedAsync(record, incoming).ConfigureAwait(false)
            : Journal(record);
        if (record.Kind == VmRecordKind.Relinquished) _outgoing?.Clock.Relinquished(_context.Time.GetElapsedTime(begun));
        if (record.Kind == VmRecordKind.Owner) _arrival?.Owned(_context.Vms.RunningFor(Vm));
        await StepAsync(failure is null ? new ProtocolInput.Written() : new ProtocolInput.Failed(record.Move, failure)).ConfigureAwait(false);
    }

    private string? Journal(OwnershipRecord record)
    {
        if (_journal is null) _journal = OwnershipJournal.Create(_folder, record);
        else _journal.Write(record);
        return null;
    }

    /// <summary>Builds the VM, and makes image and record durable, all at once: the VM stands still meanwhile.</summary>
    private async Task<string?> WritePreparedAsync(OwnershipRecord record, IncomingMove incoming)
    {
        var build = Task.Run(async () =>
        {
            await incoming.Receiver.BuildAsync(incoming.State, _context.Closing).ConfigureAwait(false);
            _arrival?.Mark(MoveStep.Built);
        });
        var persist = Task.Run(async () =>
        {
            await incoming.Receiver.PersistAsync(incoming.State, record.Digest, _context.Closing).ConfigureAwait(false);
            _arrival?.Mark(MoveStep.ImageDurable);
        });
        Journal(record);
        _arrival?.Mark(MoveStep.Journaled);
        try
        {
            await Task.WhenAll(build, persist).ConfigureAwait(false);
            return null;
        }
        catch (Exception e)
        {
            return $"{_context.Options.Board} can't take VM {Vm}: {e.Message}";
        }
    }

    private async Task RunAsync(ulong epoch)
    {
        await EndOutgoingAsync().ConfigureAwait(false);
        _incoming?.Taken();
        await TryAsync($"is owned by this board (epoch {epoch}) and can't be run", async () => await _context.Vms.RunAsync(Vm, epoch).ConfigureAwait(false)).ConfigureAwait(false);
        await EndIncomingAsync().ConfigureAwait(false);
    }

    private async Task FreeAsync()
    {
        // The job's figures are taken before the VM is gone, its end is told after.
        await (_outgoing?.ReleaseVmAsync() ?? Task.CompletedTask).ConfigureAwait(false);
        await TryAsync("was handed over and can't be deleted here", async () => await _context.Vms.FreeAsync(Vm).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private async Task ReleaseAsync()
    {
        await EndIncomingAsync().ConfigureAwait(false);
        await TryAsync("left something behind that can't be deleted", async () => await _context.Vms.ReleaseAsync(Vm).ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <summary>Does what the board may fail at without a consequence for who owns the VM.</summary>
    private async Task TryAsync(string problem, Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _context.Report($"VM {Vm} {problem}: {e.Message}");
        }
    }

    private async Task EndAsync(Ended ended)
    {
        if (_outgoing is not { } outgoing)
        {
            _context.Report($"VM {Vm}: a move from before the last restart {(ended.Outcome == MoveOutcome.Succeeded ? "succeeded" : $"ended: {ended.Reason}")}");
            _context.Settled(Vm, new MoveResult(StateOf(ended.Outcome), ended.Reason));
            return;
        }
        var result = outgoing.Result(StateOf(ended.Outcome), ended.Reason);
        await EndOutgoingAsync().ConfigureAwait(false);
        outgoing.Job.End(result);
    }

    private static MoveJobState StateOf(MoveOutcome outcome) => outcome switch
    {
        MoveOutcome.Succeeded => MoveJobState.Succeeded,
        MoveOutcome.Cancelled => MoveJobState.Cancelled,
        _ => MoveJobState.Failed,
    };

    // ---- As source -------------------------------------------------------------------------------------------------

    /// <summary>Makes the data stream when the destination accepts the first time; says what is wrong if it can't go on.</summary>
    private string? AcceptStream(ControlMessage accepted)
    {
        if (_outgoing is not { } outgoing) return null;
        if (!outgoing.IsAcceptedBy(accepted)) return $"{accepted.From} restarted and lost what it had received";
        if (outgoing.Stream is not null) return null;
        try
        {
            outgoing.Accept(accepted, _context.Links.MaximumDataBytes, frame => _context.Links.SendFrameAsync(accepted.From, frame), _context.Options, StartOver);
            _context.Links.Attach(outgoing.StreamNumber, FrameDirection.ToSource, frame => outgoing.Stream!.OnFrame(frame.Span));
            return null;
        }
        catch (FormatException e)
        {
            return $"{accepted.From} accepted with something that can't be used: {e.Message}";
        }
    }

    /// <summary>The stream is silent: find out whether the destination still knows of the attempt.</summary>
    private void StartOver() => Post(OnRetryAsync);

    private async Task EndOutgoingAsync()
    {
        if (_outgoing is not { } outgoing) return;
        _outgoing = null;
        _context.Links.Detach(outgoing.StreamNumber, FrameDirection.ToSource);
        await outgoing.DisposeAsync().ConfigureAwait(false);
    }

    // ---- As destination --------------------------------------------------------------------------------------------

    private async Task CheckAsync(MoveId move)
    {
        await EndIncomingAsync().ConfigureAwait(false);
        if (_offer is not { } offer || offer.Message.Move != move)
        {
            Post(new ProtocolInput.OfferRefused(move, "the offer does not say what is offered"));
            return;
        }
        var before = _checking;
        _checking = Task.Run(() => AskBoardAsync(offer, before));
    }

    // One after the other: what the board has made ready for an offer is gone before it makes something ready for the next.
    private async Task AskBoardAsync(ControlMessage offer, Task before)
    {
        var move = offer.Message.Move;
        await before.ConfigureAwait(false);
        if (!IsChecking(move)) return;
        try
        {
            var answer = await _context.Vms.CheckAsync(offer.From, offer.Offer!, _context.Closing).ConfigureAwait(false);
            var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Post(async () =>
            {
                try
                {
                    await TakeAnswerAsync(offer, answer).ConfigureAwait(false);
                }
                finally
                {
                    taken.TrySetResult();
                }
            });
            await taken.Task.WaitAsync(_context.Closing).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_context.Closing.IsCancellationRequested)
        {
            // What was made ready is found at the next start.
        }
        catch (Exception e)
        {
            Post(new ProtocolInput.OfferRefused(move, $"{_context.Options.Board} can't check the offer: {e.Message}"));
        }
    }

    private async Task TakeAnswerAsync(ControlMessage offer, OfferAnswer answer)
    {
        var move = offer.Message.Move;
        if (answer.Receiver is null)
        {
            await StepAsync(new ProtocolInput.OfferRefused(move, string.Join("; ", answer.Reasons))).ConfigureAwait(false);
            return;
        }
        if (!IsChecking(move)) // overtaken by a newer offer, which is not checked yet, or by an abort
        {
            await answer.Receiver.DisposeAsync().ConfigureAwait(false);
            if (_state.Destination is { Phase: DestinationPhase.Absent or DestinationPhase.Checking }) await ReleaseAsync().ConfigureAwait(false);
            return;
        }
        await AcceptAsync(offer, answer).ConfigureAwait(false);
    }

    private bool IsChecking(MoveId move) => _state.Destination is { Phase: DestinationPhase.Checking } checking && checking.Move == move;

    private async Task AcceptAsync(ControlMessage offer, OfferAnswer answer)
    {
        ProtocolInput input;
        try
        {
            var incoming = new IncomingMove(offer, answer, frame => _ = _context.Links.SendFrameAsync(offer.From, frame));
            (_incoming, _arrival) = (incoming, new ArrivalClock(_context.Time));
            _context.Links.Attach(incoming.StreamNumber, FrameDirection.ToDestination, frame => incoming.Stream.OnFrame(frame.Span));
            input = new ProtocolInput.OfferAccepted(offer.Message.Move);
        }
        catch (FormatException e)
        {
            await answer.Receiver!.DisposeAsync().ConfigureAwait(false);
            input = new ProtocolInput.OfferRefused(offer.Message.Move, e.Message);
        }
        await StepAsync(input).ConfigureAwait(false);
    }

    private async Task VerifyAsync(IncomingMove? incoming, Digest256 digest, ulong lastFrame)
    {
        if (incoming is null) return;
        try
        {
            await incoming.VerifyAsync(digest, lastFrame, _arrival).ConfigureAwait(false);
            Post(new ProtocolInput.Verified(incoming.Move));
        }
        catch (OperationCanceledException)
        {
            // The attempt is over.
        }
        catch (Exception e)
        {
            Post(new ProtocolInput.Failed(incoming.Move, e.Message));
        }
    }

    private async Task EndIncomingAsync()
    {
        if (_incoming is not { } incoming) return;
        _incoming = null;
        _context.Links.Detach(incoming.StreamNumber, FrameDirection.ToDestination);
        await incoming.DisposeAsync().ConfigureAwait(false);
    }
}
