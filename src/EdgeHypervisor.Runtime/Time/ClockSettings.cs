// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>How a VM's clock goes.</summary>
public sealed record ClockSettings
{
    /// <summary>What drives it.</summary>
    public ClockMode Mode { get; init; }

    /// <summary>Deterministic mode: nanoseconds of guest time for each instruction, at least 1. With several cores, for each of any core.</summary>
    public long InstructionNs { get; init; } = 10;

    /// <summary>Host mode: what becomes of the time during which the VM was paused, saved or on its way. Catching up is one step forward when it goes on; timers that came due meanwhile fire then.</summary>
    public LostTime LostTime { get; init; }

    /// <summary>
    /// Deterministic mode: whether the host holds the guest back so that its time does not run ahead of real time.
    /// Without it a waiting guest skips to its next timer at once, and its whole run goes as fast as it can.
    /// </summary>
    public bool Paced { get; init; } = true;
}
