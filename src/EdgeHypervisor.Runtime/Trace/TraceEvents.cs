// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>What a trace records.</summary>
[Flags]
public enum TraceEvents
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Each instruction; the guest is interpreted one by one meanwhile.</summary>
    Instructions = 1,

    /// <summary>Exceptions, interrupts and the returns from them.</summary>
    Traps = 2,

    /// <summary>Reads and writes of device registers.</summary>
    Devices = 4,
}
