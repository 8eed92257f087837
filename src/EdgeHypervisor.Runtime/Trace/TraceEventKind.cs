// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>What happened.</summary>
public enum TraceEventKind : byte
{
    /// <summary>An instruction was executed, or trapped.</summary>
    Instruction,

    /// <summary>The core took a trap or returned from one.</summary>
    Trap,

    /// <summary>The guest read a register of a device.</summary>
    Read,

    /// <summary>The guest wrote a register of a device.</summary>
    Write,

    /// <summary>Here events are missing, since nobody took those before.</summary>
    Lost,
}
