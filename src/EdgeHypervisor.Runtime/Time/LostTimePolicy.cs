// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>What becomes of the time during which a VM was paused, saved or on its way. Deterministic clocks always hide it.</summary>
public enum LostTimePolicy : byte
{
    /// <summary>The guest never learns of it: its clock goes on where it stood.</summary>
    Hide,

    /// <summary>The guest's clock steps forward by it when the VM goes on; timers that came due meanwhile fire then.</summary>
    CatchUp,
}
