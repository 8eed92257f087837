// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Boards;

/// <summary>What a VM's port has to do with the level of an output.</summary>
internal enum OutputStake
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Its VM has ceased to run, and left the safe level behind.</summary>
    Safe,

    /// <summary>Its VM has ceased to run, and its last level is to stay.</summary>
    Held,

    /// <summary>Its VM drives it.</summary>
    Open,
}
