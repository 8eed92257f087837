// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>Why a core left the order of its program, or came back to it.</summary>
public enum TrapKind : byte
{
    /// <summary>An instruction asked for it, or could not be executed.</summary>
    Exception,

    /// <summary>Something outside of the program asked for it.</summary>
    Interrupt,

    /// <summary>A handler has come to its end.</summary>
    Return,
}
