// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>One VM as one board sees it: as its source (owner), or as a (possible) destination. Exactly one is set.</summary>
public sealed record VmState
{
    private VmState()
    {
    }

    /// <summary>The state of the owner, until it is gone; else null.</summary>
    public SourceState? Source { get; private init; }

    /// <summary>The state of a board that does not own it; else null.</summary>
    public DestinationState? Destination { get; private init; }

    /// <summary>The last durable record, or the one being written.</summary>
    public OwnershipRecord Record => Source?.Record ?? Destination!.Record;

    /// <summary>The VM at its owner.</summary>
    public static VmState Of(SourceState state) => new() { Source = state };

    /// <summary>The VM at another board.</summary>
    public static VmState Of(DestinationState state) => new() { Destination = state };
}
