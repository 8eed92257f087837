// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>What is at the other end of a simulated serial line.</summary>
internal enum SerialEnd
{
    /// <summary>Nobody; what was sent can be observed, and something received by a change from outside.</summary>
    Null,

    /// <summary>What is sent comes back.</summary>
    Loopback,

    /// <summary>A pseudo-terminal that a terminal program opens.</summary>
    Pty,

    /// <summary>A TCP port on this host, one connection at a time.</summary>
    Tcp,
}
