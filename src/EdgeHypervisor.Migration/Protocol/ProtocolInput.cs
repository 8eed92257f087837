// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>Everything that can happen to a machine of the protocol.</summary>
public abstract record ProtocolInput
{
    private ProtocolInput()
    {
    }

    /// <summary>Somebody wants the VM moved.</summary>
    /// <param name="Destination">The board to move it to.</param>
    public sealed record Begin(string Destination) : ProtocolInput;

    /// <summary>Somebody wants the attempt ended. Has no effect from the commit point on.</summary>
    public sealed record Cancel : ProtocolInput;

    /// <summary>Somebody wants a committed VM back from a destination that does not answer.</summary>
    public sealed record Reclaim : ProtocolInput;

    /// <summary>
    /// An operator's word: run it here, whatever the other side does. The only input that can make two copies run,
    /// so it exists for a board that is known to be dead. Takes an epoch far above any in use.
    /// </summary>
    public sealed record ForceAdopt : ProtocolInput;

    /// <summary>A message came.</summary>
    /// <param name="From">The board that sent it.</param>
    /// <param name="Message">What it says.</param>
    public sealed record Received(string From, ProtocolMessage Message) : ProtocolInput;

    /// <summary>The write that was asked for is durable.</summary>
    public sealed record Written : ProtocolInput;

    /// <summary>A timer ran out.</summary>
    public sealed record Elapsed(ProtocolTimer Timer) : ProtocolInput;

    /// <summary>Source: another round would not make the rest smaller; freeze now.</summary>
    public sealed record Converged(MoveId Move) : ProtocolInput;

    /// <summary>Source: the VM stands still and drives nothing, and the last of it is on its way.</summary>
    /// <param name="Move">For which attempt.</param>
    /// <param name="Digest">The digest of everything.</param>
    public sealed record Frozen(MoveId Move, Digest256 Digest) : ProtocolInput;

    /// <summary>Source: the frozen image is kept as the policy wants it (durable, or in memory over the last checkpoint).</summary>
    public sealed record ImageKept(MoveId Move) : ProtocolInput;

    /// <summary>Destination: the offer was checked and what it needs is reserved.</summary>
    public sealed record OfferAccepted(MoveId Move) : ProtocolInput;

    /// <summary>Destination: the offer cannot be taken.</summary>
    public sealed record OfferRefused(MoveId Move, string Reason) : ProtocolInput;

    /// <summary>Destination: everything is here, has the digest that was asked for, and the VM could be built from it.</summary>
    public sealed record Verified(MoveId Move) : ProtocolInput;

    /// <summary>The work for this attempt failed on this board: copying, saving, verifying.</summary>
    public sealed record Failed(MoveId Move, string Reason) : ProtocolInput;
}
