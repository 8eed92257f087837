// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions;

/// <summary>How a peripheral is shared.</summary>
public enum AccessPolicy : byte
{
    /// <summary>This VM alone.</summary>
    Exclusive,

    /// <summary>Inputs reach everybody; buses take turns, a whole transaction at a time, serial ports a whole line. Does not drive outputs.</summary>
    Shared,

    /// <summary>This VM alone drives the output; others may watch it as <see cref="Shared"/>.</summary>
    Owner,

    /// <summary>Of the VMs that drive an output, the one with the highest priority wins.</summary>
    Priority,

    /// <summary>An output is high when all VMs that drive it say high.</summary>
    WiredAnd,

    /// <summary>An output is high when any VM that drives it says high.</summary>
    WiredOr,

    /// <summary>Who uses it first has it until it was idle for a while.</summary>
    Lease,
}
