// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A one-shot timer in guest time. Not saved with the VM: its owner sets it again from its own state.</summary>
public interface IGuestTimer
{
    /// <summary>The deadline in nanoseconds of guest time, or null when the timer is not set.</summary>
    long? DeadlineNs { get; }

    /// <summary>Sets the deadline; one in the past is due at the next turn. Replaces an earlier deadline.</summary>
    void Set(long deadlineNs);

    /// <summary>Forgets the deadline.</summary>
    void Cancel();
}
