// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>The states of a job. The last three are final.</summary>
public enum MoveJobState : byte
{
    /// <summary>Known, not begun.</summary>
    Queued,

    /// <summary>Under way.</summary>
    InProgress,

    /// <summary>The destination owns and runs the VM.</summary>
    Succeeded,

    /// <summary>The VM is where it was; with a reason.</summary>
    Failed,

    /// <summary>The VM is where it was, because somebody wanted it so.</summary>
    Cancelled,
}
