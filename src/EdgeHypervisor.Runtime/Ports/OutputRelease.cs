// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Why a VM's outputs are no longer driven by it.</summary>
public enum OutputRelease : byte
{
    /// <summary>Paused by its owner, to go on later.</summary>
    Pause,

    /// <summary>Stopped, switched off, or deleted.</summary>
    Stop,

    /// <summary>Stopped by a fault of the guest or of a plugin.</summary>
    Fault,

    /// <summary>Handed over to another board, which drives its own pins from now on.</summary>
    Handover,

    /// <summary>The service itself ends and will be back.</summary>
    ServiceRestart,

    /// <summary>Stands still for a moment to be saved, and goes on: outputs hold, whatever the manifest says of other reasons.</summary>
    Checkpoint,

    /// <summary>Its board borrows the output from this one, and was not heard of for the time of its lease.</summary>
    LeaseEnd,
}
