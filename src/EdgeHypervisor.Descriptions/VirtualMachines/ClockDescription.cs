// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions;

/// <summary>Where a VM's time comes from.</summary>
public sealed record ClockDescription
{
    /// <summary>The host's clock, or the count of instructions.</summary>
    public ClockMode Mode { get; init; }

    /// <summary>Nanoseconds that one instruction takes in deterministic mode.</summary>
    public int InstructionNs { get; init; } = 10;

    /// <summary>What becomes of time in which the VM did not run: paused, or on its way to another board.</summary>
    public LostTime LostTime { get; init; }
}
