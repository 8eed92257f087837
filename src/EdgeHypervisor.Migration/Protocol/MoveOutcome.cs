// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>How an attempt to move a VM ended, as the source sees it.</summary>
public enum MoveOutcome : byte
{
    /// <summary>The destination owns and runs it.</summary>
    Succeeded,

    /// <summary>The source still owns and runs it.</summary>
    Failed,

    /// <summary>The source still owns and runs it, because somebody wanted it so.</summary>
    Cancelled,
}
