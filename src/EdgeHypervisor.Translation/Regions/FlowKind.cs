// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>Where control goes after an instruction.</summary>
public enum FlowKind : byte
{
    /// <summary>To the next instruction.</summary>
    Next,

    /// <summary>To <see cref="Flow.Target"/> or the next instruction.</summary>
    Branch,

    /// <summary>To <see cref="Flow.Target"/>.</summary>
    Jump,

    /// <summary>To <see cref="Flow.Target"/>, expecting to come back to the next instruction.</summary>
    Call,

    /// <summary>To an address in a register.</summary>
    IndirectJump,

    /// <summary>To an address in a register, expecting to come back to the next instruction.</summary>
    IndirectCall,

    /// <summary>To the return address of the innermost call, if the guest keeps its conventions.</summary>
    Return,

    /// <summary>Not translated: the interpreter executes it, and the region ends before it.</summary>
    Interpret,
}
