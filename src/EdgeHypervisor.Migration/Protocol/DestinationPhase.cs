// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>Where a destination is in the life of an attempt.</summary>
public enum DestinationPhase : byte
{
    /// <summary>Not the owner, and nothing under way.</summary>
    Absent,

    /// <summary>Finds out whether it can take the VM.</summary>
    Checking,

    /// <summary>Has reserved what the VM needs and takes its pages.</summary>
    Receiving,

    /// <summary>Waits for the last pages and verifies the digest of everything.</summary>
    Verifying,

    /// <summary>The image and the promise to hold it are being made durable.</summary>
    Preparing,

    /// <summary>Holds it durably; only the source's word decides now.</summary>
    Prepared,

    /// <summary>Runs it; that is being journaled.</summary>
    Activating,

    /// <summary>An attempt, or the promise never to run it, is being struck from the journal.</summary>
    Discarding,

    /// <summary>The owner. The end of this machine.</summary>
    Owner,
}
