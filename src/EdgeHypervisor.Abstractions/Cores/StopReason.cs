// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>Why a slice ended.</summary>
public enum StopReason : byte
{
    /// <summary>The instruction budget is used up.</summary>
    BudgetUsed,

    /// <summary>The guest waits for an interrupt; run it again when a timer or an input has raised one.</summary>
    WaitingForInterrupt,

    /// <summary>Somebody called <see cref="ICore.RequestStop"/>.</summary>
    Requested,

    /// <summary>A breakpoint, watchpoint or single step; the program counter stands at the instruction.</summary>
    Breakpoint,

    /// <summary>The guest cannot go on (a trap with no handler, lockup); <see cref="RunResult.Detail"/> says what happened.</summary>
    Fault,
}
