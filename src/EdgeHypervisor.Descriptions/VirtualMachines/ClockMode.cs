// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions;

/// <summary>What drives a VM's clock.</summary>
public enum ClockMode : byte
{
    /// <summary>The host's monotonic clock.</summary>
    Host,

    /// <summary>The instructions executed: same inputs, same run.</summary>
    Deterministic,
}
