// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Why a VM is in its state.</summary>
public enum VmCause : byte
{
    /// <summary>Its owner said so.</summary>
    Owner,

    /// <summary>The guest switched itself off.</summary>
    GuestPowerOff,

    /// <summary>The guest cannot go on: a trap without a handler, a lockup.</summary>
    GuestFault,

    /// <summary>A core, a device or a port threw.</summary>
    PluginFault,

    /// <summary>A breakpoint, watchpoint or single step.</summary>
    Breakpoint,
}
