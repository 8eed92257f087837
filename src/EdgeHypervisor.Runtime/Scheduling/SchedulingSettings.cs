// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>A VM's share of the processors.</summary>
public sealed record SchedulingSettings
{
    /// <summary>Share relative to other VMs while they compete, 1 to 10,000; 100 is the norm.</summary>
    public int Weight { get; init; } = 100;

    /// <summary>The most it may use of one processor in percent, over 100 ms, even when nobody else wants it; null for no limit.</summary>
    public int? CapPercent { get; init; }

    /// <summary>Real-time class: a thread of its own, so that it never waits for another VM's slice to end.</summary>
    public bool DedicatedThread { get; init; }
}
