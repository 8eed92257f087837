// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Migration;

namespace Migration.Tests;

/// <summary>One board of the model: its machine, its disk, and what really happens to the VM there.</summary>
internal sealed record ModelBoard
{
    /// <summary>The machine's state; null while the board is down.</summary>
    public VmState? State { get; init; }

    /// <summary>What is durable.</summary>
    public required OwnershipRecord Disk { get; init; }

    /// <summary>A write under way.</summary>
    public OwnershipRecord? Pending { get; init; }

    /// <summary>Whether the durable image that belongs to a Prepared record is whole.</summary>
    public bool ImageIsIntact { get; init; }

    /// <summary>Whether a copy of the VM runs here, as the outputs of the machine made it so.</summary>
    public bool Runs { get; init; }

    /// <summary>Whether there is an image here that could be run.</summary>
    public bool HasImage { get; init; }
}
