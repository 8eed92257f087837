// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>What happens one after the other, some of it at the same time, while a VM stands still.</summary>
public enum MoveStep
{
    /// <summary>Source: the guest stands still between two instructions, and its state is saved.</summary>
    Stopped,

    /// <summary>Source: the last pages and the state are on their way, and the digest of everything is known.</summary>
    LastPages,

    /// <summary>Source: its own copy is durable, or is not to be. Beside the others up to <see cref="Commit"/>.</summary>
    ImageKept,

    /// <summary>Destination: everything is there.</summary>
    Arrived,

    /// <summary>Destination: it has the digest that the source says.</summary>
    Verified,

    /// <summary>Destination: the VM is built. Beside the next two.</summary>
    Built,

    /// <summary>Destination: the image is durable.</summary>
    ImageDurable,

    /// <summary>Destination: the journal says so, durably.</summary>
    Journaled,

    /// <summary>Source: has heard that the destination is ready.</summary>
    Ready,

    /// <summary>Source: the handover is journaled, durably: the commit point.</summary>
    Commit,

    /// <summary>Destination: has heard so.</summary>
    CommitHeard,

    /// <summary>Destination: the guest has its first turn.</summary>
    FirstInstruction,

    /// <summary>Destination: its ownership is journaled, durably. Beside the running guest.</summary>
    Owned,

    /// <summary>Source: has heard so.</summary>
    Done,
}
