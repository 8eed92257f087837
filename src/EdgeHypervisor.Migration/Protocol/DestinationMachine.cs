// SPDX-License-Identifier: Apache-2.0
using static EdgeHypervisor.Migration.ProtocolInput;
using static EdgeHypervisor.Migration.ProtocolOutput;

namespace EdgeHypervisor.Migration;

/// <summary>
/// The destination's side of a handover, as a pure function. Before it is prepared it may drop the attempt at any time;
/// once it is, only the source's word decides, however long that takes.
/// </summary>
/// <remarks>
/// docs/move-protocol.md. It runs the VM as soon as it hears "commit" and journals that meanwhile: a crash in between finds
/// it prepared, it asks, hears "commit" again and starts from the same image as if the record had been durable. What it
/// must not do before the record is durable is to say "done", since the source then frees its copy and stops answering.
/// </remarks>
public static class DestinationMachine
{
    /// <summary>The state of a board that neither owns the VM nor holds it prepared.</summary>
    public static DestinationState Absent(OwnershipRecord record) => new(DestinationPhase.Absent, record);

    /// <summary>Comes back from a crash or a restart of the service with what the journal says.</summary>
    /// <param name="record">The last durable record.</param>
    /// <param name="imageIsIntact">Whether the prepared image is there and has the recorded digest.</param>
    public static Transition<DestinationState> Restart(OwnershipRecord record, bool imageIsIntact)
    {
        if (record.Kind == VmRecordKind.Absent) return Go(Absent(record), new Release());
        if (record.Kind != VmRecordKind.Prepared) throw new ArgumentException($"A destination has no record of kind {record.Kind}.", nameof(record));
        var state = new DestinationState(DestinationPhase.Prepared, record) { Move = record.Move, Source = record.Peer, Digest = record.Digest };
        return imageIsIntact ? Enquire(state) : Discard(state, answerRevoked: false);
    }

    /// <summary>One step. Inputs that mean nothing in the present phase change nothing.</summary>
    public static Transition<DestinationState> Step(DestinationState state, ProtocolInput input) => (state.Phase, input) switch
    {
        (_, Received received) => Receive(state, received.From, received.Message),
        (DestinationPhase.Checking, OfferAccepted yes) when state.IsCurrent(yes.Move) => Accept(state),
        (DestinationPhase.Checking, OfferRefused no) when state.IsCurrent(no.Move) => Refuse(state, no.Reason),
        (DestinationPhase.Verifying, Verified done) when state.IsCurrent(done.Move) => Prepare(state),
        (DestinationPhase.Receiving or DestinationPhase.Verifying, Failed failed) when state.IsCurrent(failed.Move) => Refuse(state, failed.Reason),
        (DestinationPhase.Receiving or DestinationPhase.Verifying, Elapsed { Timer: ProtocolTimer.Patience }) =>
            Refuse(state, $"nothing came from {state.Source} for too long"),
        (DestinationPhase.Preparing, Failed failed) when state.IsCurrent(failed.Move) => Discard(state, answerRevoked: false, failed.Reason),
        (DestinationPhase.Preparing, Written) => Go(state with { Phase = DestinationPhase.Prepared }, ReadyToRun(state), new SetTimer(ProtocolTimer.Retry)),
        (DestinationPhase.Prepared, Elapsed { Timer: ProtocolTimer.Retry }) => Enquire(state),
        (DestinationPhase.Prepared, ForceAdopt) => Activate(state, state.Move.Epoch + SourceMachine.ForcedEpochStride),
        (DestinationPhase.Activating, Written) => Go(state with { Phase = DestinationPhase.Owner }, Tell(state, ProtocolMessageKind.Done)),
        (DestinationPhase.Discarding, Written) => Discarded(state),
        _ => Go(state),
    };

    private static Transition<DestinationState> Receive(DestinationState state, string from, ProtocolMessage message)
    {
        if (IsWriting(state)) return Go(state);
        if (state.IsCurrent(message.Move)) return from == state.Source ? ReceiveCurrent(state, message) : Go(state);
        return message.Kind switch
        {
            ProtocolMessageKind.Prepare => ConsiderOffer(state, from, message.Move),
            ProtocolMessageKind.Finish when message.Move.Epoch > state.Record.OwnedEpoch && state.Phase == DestinationPhase.Absent =>
                Go(state, Refusal(from, message.Move, "this board knows nothing of the attempt: it restarted or gave it up")),
            ProtocolMessageKind.Commit or ProtocolMessageKind.Revoke => AnswerAboutOther(state, from, message),
            ProtocolMessageKind.Prepared or ProtocolMessageKind.Accepted or ProtocolMessageKind.Enquire => AnswerAsFormerOwner(state, from, message.Move),
            _ => Go(state),
        };
    }

    private static Transition<DestinationState> ReceiveCurrent(DestinationState state, ProtocolMessage message) => (state.Phase, message.Kind) switch
    {
        (DestinationPhase.Receiving, ProtocolMessageKind.Prepare) => Go(state, Tell(state, ProtocolMessageKind.Accepted)),
        (DestinationPhase.Receiving, ProtocolMessageKind.Finish) =>
            Go(state with { Phase = DestinationPhase.Verifying, Digest = message.Digest }, new Verify(message.Digest)),
        (DestinationPhase.Prepared, ProtocolMessageKind.Finish) => Go(state, ReadyToRun(state)),
        (DestinationPhase.Prepared, ProtocolMessageKind.Commit) => Activate(state, state.Move.Epoch),
        (DestinationPhase.Prepared, ProtocolMessageKind.Abort) => Discard(state, answerRevoked: false),
        (DestinationPhase.Prepared, ProtocolMessageKind.Revoke) => Discard(state, answerRevoked: true),
        (DestinationPhase.Checking or DestinationPhase.Receiving or DestinationPhase.Verifying, ProtocolMessageKind.Abort) =>
            Go(Absent(state.Record), new Release()),
        (DestinationPhase.Checking or DestinationPhase.Receiving or DestinationPhase.Verifying, ProtocolMessageKind.Revoke) =>
            Go(Absent(state.Record), new Release(), Tell(state, ProtocolMessageKind.Revoked)),
        _ => Go(state),
    };

    /// <summary>A newer offer replaces one that may be dropped. One that is prepared is not dropped for it: we ask how it went.</summary>
    private static Transition<DestinationState> ConsiderOffer(DestinationState state, string from, MoveId move)
    {
        if (state.Record.IsPast(move)) return Go(state, Refusal(from, move, "the attempt is past"));
        if (state.Phase == DestinationPhase.Prepared) return Enquire(state);
        if (state.Phase != DestinationPhase.Absent && move.CompareTo(state.Move) < 0) return Go(state);
        var next = Absent(state.Record) with { Phase = DestinationPhase.Checking, Move = move, Source = from };
        return state.Phase == DestinationPhase.Absent ? Go(next, new Check(move)) : Go(next, new Release(), new Check(move));
    }

    /// <summary>
    /// The source of an earlier attempt asks. If this board has owned the VM at or after that attempt, the attempt was
    /// committed: nobody but its destination could have carried ownership beyond it while its source still asks. Whoever is
    /// told that an attempt is revoked which this board is not prepared for loses nothing by it, so nothing is written: what
    /// anybody can ask of any VM must cost nothing and change nothing. To be prepared for it after all takes its source, which
    /// has given it up; what was prepared, and is revoked, goes below the floor first.
    /// </summary>
    private static Transition<DestinationState> AnswerAboutOther(DestinationState state, string from, ProtocolMessage message)
    {
        var answer = new ProtocolMessage(message.Move.Epoch <= state.Record.OwnedEpoch ? ProtocolMessageKind.Done : ProtocolMessageKind.Revoked, message.Move);
        var isAskedInVain = message.Kind == ProtocolMessageKind.Revoke && state.Phase == DestinationPhase.Absent;
        return state.Record.IsPast(message.Move) || isAskedInVain ? Go(state, new Send(from, answer)) : Go(state);
    }

    /// <summary>A board holds an attempt of the time when we owned the VM, before we handed it to another: it was not committed.</summary>
    private static Transition<DestinationState> AnswerAsFormerOwner(DestinationState state, string from, MoveId move) =>
        state.Record.OwnedEpoch != 0 && move.Epoch <= state.Record.OwnedEpoch + 1
            ? Go(state, new Send(from, new ProtocolMessage(ProtocolMessageKind.Abort, move)))
            : Go(state);

    private static Transition<DestinationState> Accept(DestinationState state) =>
        Go(state with { Phase = DestinationPhase.Receiving }, Tell(state, ProtocolMessageKind.Accepted), new SetTimer(ProtocolTimer.Patience));

    private static Transition<DestinationState> Refuse(DestinationState state, string reason) =>
        Go(Absent(state.Record), new Release(), Refusal(state.Source, state.Move, reason));

    private static Transition<DestinationState> Prepare(DestinationState state)
    {
        var record = state.Record with { Kind = VmRecordKind.Prepared, Move = state.Move, Peer = state.Source, Digest = state.Digest };
        return Go(state with { Phase = DestinationPhase.Preparing, Record = record }, new Write(record));
    }

    private static Transition<DestinationState> Activate(DestinationState state, ulong epoch)
    {
        var record = state.Record with { Kind = VmRecordKind.Owner, OwnedEpoch = epoch, Transaction = 0 };
        return Go(state with { Phase = DestinationPhase.Activating, Record = record }, new Run(epoch), new Write(record));
    }

    private static Transition<DestinationState> Discard(DestinationState state, bool answerRevoked, string refusal = "")
    {
        var record = OwnershipRecord.Unknown(state.Record.Vm) with
        {
            OwnedEpoch = state.Record.OwnedEpoch,
            Transaction = state.Record.Transaction,
            Floor = state.Record.Floor.RaisedTo(state.Move),
        };
        return Go(state with { Phase = DestinationPhase.Discarding, Record = record, AnswerRevoked = answerRevoked, Refusal = refusal }, new Write(record));
    }

    private static Transition<DestinationState> Discarded(DestinationState state) => state switch
    {
        { AnswerRevoked: true } => Go(Absent(state.Record), new Release(), Tell(state, ProtocolMessageKind.Revoked)),
        { Refusal.Length: > 0 } => Go(Absent(state.Record), new Release(), Refusal(state.Source, state.Move, state.Refusal)),
        _ => Go(Absent(state.Record), new Release()),
    };

    private static Transition<DestinationState> Enquire(DestinationState state) =>
        Go(state, Tell(state, ProtocolMessageKind.Enquire), new SetTimer(ProtocolTimer.Retry));

    private static bool IsWriting(DestinationState state) =>
        state.Phase is DestinationPhase.Preparing or DestinationPhase.Activating or DestinationPhase.Discarding or DestinationPhase.Owner;

    private static Send ReadyToRun(DestinationState state) =>
        new(state.Source, new ProtocolMessage(ProtocolMessageKind.Prepared, state.Move) { Digest = state.Digest });

    private static Send Tell(DestinationState state, ProtocolMessageKind kind) => new(state.Source, new ProtocolMessage(kind, state.Move));

    private static Send Refusal(string to, MoveId move, string reason) =>
        new(to, new ProtocolMessage(ProtocolMessageKind.Refused, move) { Reason = reason });

    private static Transition<DestinationState> Go(DestinationState state, params ReadOnlySpan<ProtocolOutput> outputs) => new(state, [.. outputs]);
}
