// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>The state of a board that does not own a VM, and may be taking it over.</summary>
/// <param name="Phase">Where it is.</param>
/// <param name="Record">The last durable record; while one is being written, that one.</param>
public sealed record DestinationState(DestinationPhase Phase, OwnershipRecord Record)
{
    /// <summary>The attempt under way.</summary>
    public MoveId Move { get; init; }

    /// <summary>The board it comes from.</summary>
    public string Source { get; init; } = "";

    /// <summary>The digest that the source announced.</summary>
    public Digest256 Digest { get; init; }

    /// <summary>While <see cref="DestinationPhase.Discarding"/>: the source wants to hear that it is revoked.</summary>
    public bool AnswerRevoked { get; init; }

    /// <summary>While <see cref="DestinationPhase.Discarding"/>: the source is to hear that it is refused, and why; else empty.</summary>
    public string Refusal { get; init; } = "";

    /// <summary>Whether <paramref name="move"/> is the attempt under way.</summary>
    public bool IsCurrent(MoveId move) => Phase != DestinationPhase.Absent && move == Move;
}
