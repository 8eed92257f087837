// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using static EdgeHypervisor.Migration.ProtocolInput;
using static EdgeHypervisor.Migration.ProtocolOutput;

namespace EdgeHypervisor.Migration;

/// <summary>
/// One VM on one board through its whole life: a destination that became the owner is a source from then on, and a source
/// whose VM is gone may become a destination again.
/// </summary>
public static class VmMachine
{
    /// <summary>Comes back from a crash or a restart with what the journal says.</summary>
    /// <param name="record">The last durable record.</param>
    /// <param name="imageIsIntact">Of a prepared image: whether it is there and has the recorded digest.</param>
    public static Transition<VmState> Restart(OwnershipRecord record, bool imageIsIntact) =>
        record.Kind is VmRecordKind.Absent or VmRecordKind.Prepared
            ? Wrap(DestinationMachine.Restart(record, imageIsIntact))
            : Wrap(SourceMachine.Restart(record));

    /// <summary>One step.</summary>
    public static Transition<VmState> Step(VmState state, ProtocolInput input)
    {
        if (state.Source is not { } source) return Wrap(DestinationMachine.Step(state.Destination!, input));
        return input is Received { Message: { } message, From: { } from } && IsForDestinations(message.Kind)
            ? new Transition<VmState>(state, AnswerAsOwner(source, from, message))
            : Wrap(SourceMachine.Step(source, input));
    }

    /// <summary>
    /// The source of an earlier attempt still asks the board that owns the VM (or is handing it on): the attempt reached
    /// its destination, or the asker would own it and not ask. What comes late is no more than late.
    /// </summary>
    private static ImmutableArray<ProtocolOutput> AnswerAsOwner(SourceState source, string from, ProtocolMessage message) => message.Kind switch
    {
        ProtocolMessageKind.Commit or ProtocolMessageKind.Revoke when message.Move.Epoch <= source.Record.OwnedEpoch =>
            [new Send(from, new ProtocolMessage(ProtocolMessageKind.Done, message.Move))],
        ProtocolMessageKind.Prepare =>
            [new Send(from, new ProtocolMessage(ProtocolMessageKind.Refused, message.Move) { Reason = "this board owns the VM, or did when the attempt began" })],
        _ => [],
    };

    private static bool IsForDestinations(ProtocolMessageKind kind) => kind is ProtocolMessageKind.Prepare or ProtocolMessageKind.Finish
        or ProtocolMessageKind.Commit or ProtocolMessageKind.Abort or ProtocolMessageKind.Revoke;

    private static Transition<VmState> Wrap(Transition<SourceState> next) => new(
        next.State.Phase == SourcePhase.Gone
            ? VmState.Of(DestinationMachine.Absent(next.State.Record))
            : VmState.Of(next.State),
        next.Outputs);

    private static Transition<VmState> Wrap(Transition<DestinationState> next) => new(
        next.State.Phase == DestinationPhase.Owner ? VmState.Of(SourceMachine.Owning(next.State.Record)) : VmState.Of(next.State),
        next.Outputs);
}
