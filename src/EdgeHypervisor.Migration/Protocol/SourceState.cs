// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>The state of a board that owns a VM, or is handing it over.</summary>
/// <param name="Phase">Where it is.</param>
/// <param name="Record">The last durable record; while one is being written, that one.</param>
public sealed record SourceState(SourcePhase Phase, OwnershipRecord Record)
{
    /// <summary>The digest of the frozen VM, from <see cref="SourcePhase.Finishing"/> on.</summary>
    public Digest256 Digest { get; init; }

    /// <summary>The destination has said that it is prepared.</summary>
    public bool DestinationReady { get; init; }

    /// <summary>The frozen image is kept here as the policy wants it.</summary>
    public bool ImageKept { get; init; }

    /// <summary>Somebody cancelled while the attempt's number was being written.</summary>
    public bool CancelRequested { get; init; }

    /// <summary>Past the commit point: asks for the VM back instead of committing.</summary>
    public bool Reclaiming { get; init; }

    /// <summary>The attempt under way (or the last one).</summary>
    public MoveId Move => Record.Move;

    /// <summary>Whether <paramref name="move"/> is the attempt under way.</summary>
    public bool IsCurrent(MoveId move) =>
        Phase is not (SourcePhase.Owning or SourcePhase.Starting or SourcePhase.Releasing or SourcePhase.Reclaiming or SourcePhase.Gone)
        && move == Record.Move;
}
