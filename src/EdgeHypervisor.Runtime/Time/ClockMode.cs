// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>What drives a VM's clock.</summary>
public enum ClockMode : byte
{
    /// <summary>The host's monotonic clock.</summary>
    Host,

    /// <summary>The number of instructions: the same inputs give the same run, bit for bit.</summary>
    Deterministic,
}
