// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>How a walk of the page tables ended.</summary>
internal enum WalkOutcome : byte
{
    Found,
    PageFault,

    /// <summary>A page table lies where the walk may not read.</summary>
    AccessFault,
}
