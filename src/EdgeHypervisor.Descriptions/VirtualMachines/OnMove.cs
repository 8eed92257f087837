// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions;

/// <summary>What becomes of a mapping when its VM moves to another board.</summary>
public enum OnMove : byte
{
    /// <summary>The same role of the other board.</summary>
    Rebind,

    /// <summary>The same peripheral, from afar.</summary>
    StayBehind,

    /// <summary>The VM may not move.</summary>
    Forbid,
}
