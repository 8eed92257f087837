// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Boards;

/// <summary>What a plan is made for.</summary>
public enum PlanPurpose : byte
{
    /// <summary>The VM is to run on this board.</summary>
    Start,

    /// <summary>The VM runs on another board and is to move to this one.</summary>
    MoveHere,
}
