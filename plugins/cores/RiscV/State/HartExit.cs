// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>Why the handlers gave control back.</summary>
internal enum HartExit : byte
{
    /// <summary>Nothing special: the batch is used up, a trap was taken, WFI waits, or interrupts are to be looked at.</summary>
    Continue,

    /// <summary>A breakpoint stands at the program counter.</summary>
    Breakpoint,

    /// <summary>The guest cannot go on.</summary>
    Fault,
}
