// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Where a VM is in its life.</summary>
public enum VmState : byte
{
    /// <summary>Built, and not yet started. Its pins are not driven.</summary>
    Created,

    /// <summary>Runs, or waits for an interrupt.</summary>
    Running,

    /// <summary>Asked to pause: the guest stands still, and the transactions that its devices began are coming to their ends.</summary>
    Pausing,

    /// <summary>Stands still and can go on.</summary>
    Paused,

    /// <summary>Stands still since the guest or a plugin failed; a reset or a restored state gets it out of there.</summary>
    Faulted,

    /// <summary>Switched off, by its owner or by the guest itself. Starting it is a power-on.</summary>
    Stopped,

    /// <summary>Gone.</summary>
    Deleted,
}
