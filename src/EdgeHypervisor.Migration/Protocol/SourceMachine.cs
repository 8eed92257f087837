// SPDX-License-Identifier: Apache-2.0
using static EdgeHypervisor.Migration.ProtocolInput;
using static EdgeHypervisor.Migration.ProtocolOutput;

namespace EdgeHypervisor.Migration;

/// <summary>
/// The source's side of a handover, as a pure function: the state and what happened in, the next state and what to do out.
/// Up to the commit point it may always go back to running the VM; from there on only the destination's answer decides.
/// </summary>
/// <remarks>docs/move-protocol.md. While a write is under way everything else is ignored: all messages are repeated.</remarks>
public static class SourceMachine
{
    /// <summary>
    /// How far above the attempt's epoch a forced adoption goes, so that a copy which nobody could ask is told apart from
    /// (and fenced by) the adopted one even if it is handed over many times meanwhile.
    /// </summary>
    public const ulong ForcedEpochStride = 1_000_000;

    /// <summary>The state of a board that owns the VM, from its durable record.</summary>
    public static SourceState Owning(OwnershipRecord record) => new(SourcePhase.Owning, record);

    /// <summary>Comes back from a crash or a restart of the service with what the journal says.</summary>
    public static Transition<SourceState> Restart(OwnershipRecord record) => record.Kind switch
    {
        VmRecordKind.Owner => Go(Owning(record), new Run(record.OwnedEpoch)),
        VmRecordKind.Offering => Go(Owning(record), new Run(record.OwnedEpoch), Tell(record, ProtocolMessageKind.Abort)),
        VmRecordKind.Relinquished => Decide(new SourceState(SourcePhase.Committing, record)),
        _ => throw new ArgumentException($"A source has no record of kind {record.Kind}.", nameof(record)),
    };

    /// <summary>One step. Inputs that mean nothing in the present phase change nothing.</summary>
    public static Transition<SourceState> Step(SourceState state, ProtocolInput input) => (state.Phase, input) switch
    {
        (_, Received received) => Receive(state, received),
        (SourcePhase.Owning, Begin begin) => Start(state, begin.Destination),
        (SourcePhase.Starting, Written) => Offer(state),
        (SourcePhase.Starting, Cancel) => Go(state with { CancelRequested = true }),
        (SourcePhase.Copying, Converged done) when state.IsCurrent(done.Move) => Go(state with { Phase = SourcePhase.Freezing }, new Freeze()),
        (SourcePhase.Freezing, Frozen frozen) when state.IsCurrent(frozen.Move) => Finish(state, frozen.Digest),
        (SourcePhase.Freezing or SourcePhase.Finishing, ImageKept kept) when state.IsCurrent(kept.Move) =>
            RelinquishWhenReady(state with { ImageKept = true }),
        (SourcePhase.Relinquishing, Written) => Decide(state with { Phase = SourcePhase.Committing }),
        (SourcePhase.Committing, Reclaim) => Decide(state with { Reclaiming = true }),
        (SourcePhase.Committing, ForceAdopt) => TakeBack(state, state.Move.Epoch + ForcedEpochStride),
        (SourcePhase.Releasing, Written) => Go(state with { Phase = SourcePhase.Gone }, new Free(), new Ended(MoveOutcome.Succeeded, "")),
        (SourcePhase.Reclaiming, Written) => RunAgain(state),
        (_, Elapsed { Timer: ProtocolTimer.Retry }) => Repeat(state),
        (SourcePhase.Offering or SourcePhase.Finishing, Elapsed { Timer: ProtocolTimer.Patience }) =>
            Abandon(state, MoveOutcome.Failed, $"{state.Record.Peer} did not answer in time"),
        (_, Cancel) when MayGoBack(state) => Abandon(state, MoveOutcome.Cancelled, "cancelled"),
        (_, Failed failed) when MayGoBack(state) && state.IsCurrent(failed.Move) => Abandon(state, MoveOutcome.Failed, failed.Reason),
        _ => Go(state),
    };

    private static Transition<SourceState> Receive(SourceState state, Received received)
    {
        var (kind, move) = (received.Message.Kind, received.Message.Move);
        if (!state.IsCurrent(move)) return AnswerAboutOther(state, received);
        if (received.From != state.Record.Peer) return Go(state);
        return (state.Phase, kind) switch
        {
            (SourcePhase.Offering, ProtocolMessageKind.Accepted) => Go(state with { Phase = SourcePhase.Copying }, new StartCopy()),
            (_, ProtocolMessageKind.Refused) when MayGoBack(state) => Abandon(state, MoveOutcome.Failed, received.Message.Reason),
            (SourcePhase.Finishing, ProtocolMessageKind.Prepared) => DestinationPrepared(state, received.Message.Digest),
            (SourcePhase.Committing, ProtocolMessageKind.Prepared or ProtocolMessageKind.Enquire) => Decide(state),
            (SourcePhase.Committing, ProtocolMessageKind.Done) => HandedOver(state),
            (SourcePhase.Committing, ProtocolMessageKind.Revoked) => TakeBack(state, move.Epoch + 1),
            _ => Go(state),
        };
    }

    /// <summary>
    /// A board asks about an attempt that is not under way. If it was ours, it is over and was not committed, or its
    /// destination has long answered and is past caring: in both cases "abort" is true or harmless.
    /// </summary>
    private static Transition<SourceState> AnswerAboutOther(SourceState state, Received received)
    {
        var asks = received.Message.Kind is ProtocolMessageKind.Accepted or ProtocolMessageKind.Prepared or ProtocolMessageKind.Enquire;
        var wasOurs = received.Message.Move.Epoch <= state.Record.OwnedEpoch + 1;
        var mayBeComing = state.Phase == SourcePhase.Starting && received.Message.Move == state.Move;
        return asks && wasOurs && !mayBeComing
            ? Go(state, new Send(received.From, new ProtocolMessage(ProtocolMessageKind.Abort, received.Message.Move)))
            : Go(state);
    }

    private static Transition<SourceState> Start(SourceState state, string destination)
    {
        var record = state.Record with
        {
            Kind = VmRecordKind.Offering,
            Transaction = state.Record.Transaction + 1,
            Move = new MoveId(state.Record.Vm, state.Record.OwnedEpoch + 1, state.Record.Transaction + 1),
            Peer = destination,
        };
        return Go(new SourceState(SourcePhase.Starting, record), new Write(record));
    }

    private static Transition<SourceState> Offer(SourceState state) => state.CancelRequested
        ? Go(Owning(state.Record), new Ended(MoveOutcome.Cancelled, "cancelled"))
        : Go(state with { Phase = SourcePhase.Offering },
            Tell(state.Record, ProtocolMessageKind.Prepare), new SetTimer(ProtocolTimer.Retry), new SetTimer(ProtocolTimer.Patience));

    private static Transition<SourceState> Finish(SourceState state, Digest256 digest)
    {
        var next = state with { Phase = SourcePhase.Finishing, Digest = digest };
        return Go(next, Finished(next), new SetTimer(ProtocolTimer.Retry), new SetTimer(ProtocolTimer.Patience));
    }

    private static Transition<SourceState> DestinationPrepared(SourceState state, Digest256 digest) => digest == state.Digest
        ? RelinquishWhenReady(state with { DestinationReady = true })
        : Abandon(state, MoveOutcome.Failed, $"{state.Record.Peer} prepared something else: {digest}, not {state.Digest}");

    private static Transition<SourceState> RelinquishWhenReady(SourceState state)
    {
        if (!state.DestinationReady || !state.ImageKept) return Go(state);
        var record = state.Record with { Kind = VmRecordKind.Relinquished, Digest = state.Digest };
        return Go(state with { Phase = SourcePhase.Relinquishing, Record = record }, new Write(record));
    }

    private static Transition<SourceState> Decide(SourceState state) =>
        Go(state, Decision(state), new SetTimer(ProtocolTimer.Retry));

    private static Transition<SourceState> HandedOver(SourceState state)
    {
        var record = OwnershipRecord.Unknown(state.Record.Vm) with
        {
            OwnedEpoch = state.Record.OwnedEpoch,
            Floor = new MoveFloor(state.Move.Epoch, ulong.MaxValue),
        };
        return Go(state with { Phase = SourcePhase.Releasing, Record = record }, new Write(record));
    }

    private static Transition<SourceState> TakeBack(SourceState state, ulong epoch)
    {
        var record = state.Record with { Kind = VmRecordKind.Owner, OwnedEpoch = epoch, Transaction = 0 };
        return Go(state with { Phase = SourcePhase.Reclaiming, Record = record }, new Write(record));
    }

    private static Transition<SourceState> RunAgain(SourceState state) =>
        Go(Owning(state.Record), new Run(state.Record.OwnedEpoch), new Ended(MoveOutcome.Failed, $"{state.Record.Peer} gave it back"));

    private static Transition<SourceState> Abandon(SourceState state, MoveOutcome outcome, string reason)
    {
        var abort = Tell(state.Record, ProtocolMessageKind.Abort);
        var ended = new Ended(outcome, reason);
        return state.Phase == SourcePhase.Offering
            ? Go(Owning(state.Record), abort, ended)
            : Go(Owning(state.Record), new Resume(state.Record.OwnedEpoch), abort, ended);
    }

    private static Transition<SourceState> Repeat(SourceState state) => state.Phase switch
    {
        SourcePhase.Offering => Go(state, Tell(state.Record, ProtocolMessageKind.Prepare), new SetTimer(ProtocolTimer.Retry)),
        // While copying this is the driver's question, when the data stream is silent, whether the destination still knows.
        SourcePhase.Copying => Go(state, Tell(state.Record, ProtocolMessageKind.Prepare)),
        SourcePhase.Finishing => Go(state, Finished(state), new SetTimer(ProtocolTimer.Retry)),
        SourcePhase.Committing => Decide(state),
        _ => Go(state),
    };

    private static bool MayGoBack(SourceState state) =>
        state.Phase is SourcePhase.Offering or SourcePhase.Copying or SourcePhase.Freezing or SourcePhase.Finishing;

    private static Send Decision(SourceState state) =>
        Tell(state.Record, state.Reclaiming ? ProtocolMessageKind.Revoke : ProtocolMessageKind.Commit);

    private static Send Finished(SourceState state) =>
        new(state.Record.Peer, new ProtocolMessage(ProtocolMessageKind.Finish, state.Move) { Digest = state.Digest });

    private static Send Tell(OwnershipRecord record, ProtocolMessageKind kind) => new(record.Peer, new ProtocolMessage(kind, record.Move));

    private static Transition<SourceState> Go(SourceState state, params ReadOnlySpan<ProtocolOutput> outputs) => new(state, [.. outputs]);
}
