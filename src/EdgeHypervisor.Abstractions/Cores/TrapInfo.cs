// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A trap that a core has taken, or a return from one.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Cause">Its number in the architecture, of exceptions and interrupts apart (RISC-V) or together (Arm).</param>
/// <param name="Name">In words: <c>load page fault</c>, <c>SysTick</c>; of a return the mode it leads to.</param>
/// <param name="From">
/// The address that it can be continued at: of an exception the instruction itself unless the architecture says the next
/// one, of an interrupt the one that did not run; of a return the returning instruction.
/// </param>
/// <param name="To">Where the core goes on.</param>
/// <param name="Value">What the architecture says besides: <c>mtval</c> or <c>stval</c> on RISC-V, of a fault the CFSR on Arm; else 0.</param>
public readonly record struct TrapInfo(TrapKind Kind, uint Cause, string Name, ulong From, ulong To, ulong Value);
