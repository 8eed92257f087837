// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>
/// One CPU core. It runs in slices on its VM's turn; between slices all its architectural state is exact, and holding
/// it costs nothing.
/// </summary>
public interface ICore : ISnapshottable, IDisposable
{
    /// <summary>Instructions retired since creation; exact between slices and whenever the core calls the bus.</summary>
    long InstructionsRetired { get; }

    /// <summary>Whether an interrupt would end a wait: enabled at its source, whatever the global enable says.</summary>
    bool HasWakeUp { get; }

    /// <summary>Runs at most <paramref name="instructionBudget"/> instructions; returns early for a <see cref="StopReason"/>.</summary>
    /// <remarks>Never throws for what the guest does: that is data (<see cref="StopReason.Fault"/>).</remarks>
    RunResult Run(long instructionBudget);

    /// <summary>
    /// Asks a running slice to end soon with <see cref="StopReason.Requested"/>, and one that has not begun to end at
    /// once. The only member that any thread may call.
    /// </summary>
    /// <remarks>
    /// When a device asks for it during an access of this core (a timer was set for earlier than the slice's end), the
    /// slice ends after the instruction that made the access: in deterministic mode timers are exact because of that.
    /// </remarks>
    void RequestStop();

    /// <summary>Back to the reset state of the architecture, about to execute at <paramref name="entry"/>.</summary>
    /// <param name="entry">The address of the first instruction.</param>
    /// <param name="arguments">Values for the first argument registers (RISC-V: a0 hart id, a1 device tree); may be empty.</param>
    void Reset(ulong entry, ReadOnlySpan<ulong> arguments);

    /// <summary>An interrupt input by its name in the architecture: <c>msip</c>, <c>mtip</c>, <c>meip</c>, <c>seip</c>; null if there is none.</summary>
    IInterruptLine? FindInput(string name);
}
