// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Migration;
using static EdgeHypervisor.Migration.ProtocolInput;
using static EdgeHypervisor.Migration.ProtocolOutput;

namespace Migration.Tests;

/// <summary>Protocols that look right and are not: each leaves out or adds one thing, and each must be caught.</summary>
internal static class ProtocolFaults
{
    private static readonly ModelFault[] All =
    [
        new("the source's record at the commit point is not durable") { ForgetsWrite = r => r.Kind == VmRecordKind.Relinquished },
        new("the destination's promise to hold the image is not durable") { ForgetsWrite = r => r.Kind == VmRecordKind.Prepared },
        new("the destination's ownership is not durable when it says done") { ForgetsWrite = r => r is { Kind: VmRecordKind.Owner, OwnedEpoch: > 1 } },
        new("the destination's promise never to run it is not durable") { ForgetsWrite = r => r.Kind == VmRecordKind.Absent && r.Floor.Epoch != 0 && r.OwnedEpoch == 0 },
        new("the source runs on when nobody answers after the commit point") { Step = ResumeAfterCommitPoint },
        new("the source runs again as soon as it asks for it back") { Step = ReclaimWithoutAnswer },
        new("the source can be cancelled after the commit point") { Step = CancelAfterCommitPoint },
        new("the source gives it up before it is committed") { Step = CommitWithoutJournal },
        new("the destination starts when the stream ends") { Step = StartAtStreamEnd },
        new("the destination presumes commit when nobody answers") { Step = PresumeCommit },
        new("the destination drops a prepared image when nobody answers") { Step = PresumeAbort },
        new("the destination says done before its ownership is durable") { Step = DoneBeforeDurable },
        new("a transaction number is used twice and the digest not compared") { Step = ReuseNumber },
        new("the freeze is not awaited") { Step = FinishWhileRunning },
    ];

    public static TheoryData<string> Names() => new(All.Select(f => f.Name));

    public static ModelFault Named(string name) => All.Single(f => f.Name == name);

    private static Transition<VmState> Source(SourceState state, params ProtocolOutput[] outputs) => new(VmState.Of(state), [.. outputs]);

    private static Transition<VmState> ResumeAfterCommitPoint(VmState state, ProtocolInput input) =>
        state.Source is { Phase: SourcePhase.Committing } s && input is Elapsed { Timer: ProtocolTimer.Patience }
            ? Source(SourceMachine.Owning(s.Record), new Resume(s.Record.OwnedEpoch))
            : VmMachine.Step(state, input);

    private static Transition<VmState> ReclaimWithoutAnswer(VmState state, ProtocolInput input)
    {
        if (state.Source is not { Phase: SourcePhase.Committing } s || input is not Reclaim) return VmMachine.Step(state, input);
        var record = s.Record with { Kind = VmRecordKind.Owner, OwnedEpoch = s.Move.Epoch + 1 };
        return Source(new SourceState(SourcePhase.Reclaiming, record), new Write(record));
    }

    private static Transition<VmState> CancelAfterCommitPoint(VmState state, ProtocolInput input)
    {
        if (state.Source is not { Phase: SourcePhase.Committing } s || input is not Cancel) return VmMachine.Step(state, input);
        var record = s.Record with { Kind = VmRecordKind.Owner };
        return Source(
            new SourceState(SourcePhase.Reclaiming, record),
            new Write(record),
            new Send(s.Record.Peer, new ProtocolMessage(ProtocolMessageKind.Abort, s.Move)));
    }

    /// <summary>Sends "commit" together with the write, not after it.</summary>
    private static Transition<VmState> CommitWithoutJournal(VmState state, ProtocolInput input)
    {
        var next = VmMachine.Step(state, input);
        return next.State.Source is { Phase: SourcePhase.Relinquishing } s && state.Source?.Phase != SourcePhase.Relinquishing
            ? next with { Outputs = next.Outputs.Add(new Send(s.Record.Peer, new ProtocolMessage(ProtocolMessageKind.Commit, s.Move))) }
            : next;
    }

    private static Transition<VmState> StartAtStreamEnd(VmState state, ProtocolInput input)
    {
        var next = VmMachine.Step(state, input);
        return next.State.Destination?.Phase == DestinationPhase.Preparing && state.Destination?.Phase == DestinationPhase.Verifying
            ? next with { Outputs = next.Outputs.Add(new Run(state.Destination.Move.Epoch)) }
            : next;
    }

    private static Transition<VmState> PresumeCommit(VmState state, ProtocolInput input) =>
        state.Destination is { Phase: DestinationPhase.Prepared } d && input is Elapsed { Timer: ProtocolTimer.Patience }
            ? VmMachine.Step(state, new Received(d.Source, new ProtocolMessage(ProtocolMessageKind.Commit, d.Move)))
            : VmMachine.Step(state, input);

    private static Transition<VmState> PresumeAbort(VmState state, ProtocolInput input) =>
        state.Destination is { Phase: DestinationPhase.Prepared } d && input is Elapsed { Timer: ProtocolTimer.Patience }
            ? new Transition<VmState>(
                VmState.Of(DestinationMachine.Absent(d.Record with { Kind = VmRecordKind.Absent })),
                [new Release()])
            : VmMachine.Step(state, input);

    private static Transition<VmState> DoneBeforeDurable(VmState state, ProtocolInput input)
    {
        var next = VmMachine.Step(state, input);
        return next.State.Destination is { Phase: DestinationPhase.Activating } d && state.Destination?.Phase == DestinationPhase.Prepared
            ? next with { Outputs = next.Outputs.Add(new Send(d.Source, new ProtocolMessage(ProtocolMessageKind.Done, d.Move))) }
            : next;
    }

    /// <summary>Two faults, since the comparison of the digest is a second fence behind the number.</summary>
    private static Transition<VmState> ReuseNumber(VmState state, ProtocolInput input)
    {
        if (state.Source is not { } s) return VmMachine.Step(state, input);
        if (input is Begin) return VmMachine.Step(VmState.Of(s with { Record = s.Record with { Transaction = 0 } }), input);
        return input is Received { Message.Kind: ProtocolMessageKind.Prepared } prepared
            ? VmMachine.Step(state, prepared with { Message = prepared.Message with { Digest = s.Digest } })
            : VmMachine.Step(state, input);
    }

    /// <summary>Says "finish" when it asks for the freeze.</summary>
    private static Transition<VmState> FinishWhileRunning(VmState state, ProtocolInput input)
    {
        var next = VmMachine.Step(state, input);
        return input is Converged && next.State.Source is { Phase: SourcePhase.Freezing } s
            ? VmMachine.Step(next.State, new Frozen(s.Move, new Digest256(1, 0, 0, 0)))
            : next;
    }
}
