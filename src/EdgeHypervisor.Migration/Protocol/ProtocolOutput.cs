// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>Everything a machine of the protocol can want done, in the order given.</summary>
public abstract record ProtocolOutput
{
    private ProtocolOutput()
    {
    }

    /// <summary>Send a message; it may be lost.</summary>
    public sealed record Send(string To, ProtocolMessage Message) : ProtocolOutput;

    /// <summary>
    /// Journal the record, then give <see cref="ProtocolInput.Written"/>. With a <see cref="VmRecordKind.Prepared"/> record
    /// the VM is built and the received image made durable too, in parallel, and the answer is given when all are done: if the
    /// record is durable and the image is not, it is <see cref="ProtocolInput.Failed"/>.
    /// </summary>
    public sealed record Write(OwnershipRecord Record) : ProtocolOutput;

    /// <summary>Start or restart a timer.</summary>
    public sealed record SetTimer(ProtocolTimer Timer) : ProtocolOutput;

    /// <summary>Source: send the VM while it runs; give <see cref="ProtocolInput.Converged"/> when it is time to freeze.</summary>
    public sealed record StartCopy : ProtocolOutput;

    /// <summary>Source: stop the VM, quiesce its outputs, send the rest; give <see cref="ProtocolInput.Frozen"/> and <see cref="ProtocolInput.ImageKept"/>.</summary>
    public sealed record Freeze : ProtocolOutput;

    /// <summary>Source: the attempt is over; stop copying, and go on with the VM if it was frozen.</summary>
    public sealed record Resume(ulong Epoch) : ProtocolOutput;

    /// <summary>Run the VM from the image this board holds, under this epoch.</summary>
    public sealed record Run(ulong Epoch) : ProtocolOutput;

    /// <summary>Source: another board runs the VM; delete it here.</summary>
    public sealed record Free : ProtocolOutput;

    /// <summary>Destination: find out whether the offer can be taken; give <see cref="ProtocolInput.OfferAccepted"/> or <see cref="ProtocolInput.OfferRefused"/>.</summary>
    public sealed record Check(MoveId Move) : ProtocolOutput;

    /// <summary>Destination: wait for everything, verify it; give <see cref="ProtocolInput.Verified"/> or <see cref="ProtocolInput.Failed"/>.</summary>
    public sealed record Verify(Digest256 Digest) : ProtocolOutput;

    /// <summary>Destination: give back what was reserved and delete what was received.</summary>
    public sealed record Release : ProtocolOutput;

    /// <summary>Source: how an attempt ended.</summary>
    public sealed record Ended(MoveOutcome Outcome, string Reason) : ProtocolOutput;
}
