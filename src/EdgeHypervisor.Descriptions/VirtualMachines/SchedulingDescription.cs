// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions;

/// <summary>A VM's share of the host.</summary>
public sealed record SchedulingDescription
{
    /// <summary>Share of the CPU against other VMs, 1 to 10000.</summary>
    public int Weight { get; init; } = 100;

    /// <summary>Most CPU time in percent of one host CPU; null for no limit.</summary>
    public int? CapPercent { get; init; }

    /// <summary>Whether it has a host thread of its own.</summary>
    public bool DedicatedThread { get; init; }
}
