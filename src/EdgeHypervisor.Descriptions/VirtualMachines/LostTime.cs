// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions;

/// <summary>What becomes of time in which a VM did not run.</summary>
public enum LostTime : byte
{
    /// <summary>The guest never sees it: its clock stood still.</summary>
    Hide,

    /// <summary>The guest's clock runs after the host's until it has caught up; it never jumps back.</summary>
    CatchUp,
}
