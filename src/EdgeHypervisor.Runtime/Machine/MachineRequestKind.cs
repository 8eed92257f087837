// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>What a slice can ask for.</summary>
internal enum MachineRequestKind : byte
{
    /// <summary>The guest switches itself off.</summary>
    PowerOff,

    /// <summary>The guest resets itself.</summary>
    Reset,

    /// <summary>A breakpoint was reached.</summary>
    Break,
}
