// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>
/// An extra ability of a core: it tells of the traps that it takes, and what its instructions look like. A core without it
/// runs all the same; traces of its VM then have neither traps nor instructions.
/// </summary>
public interface ITraceableCore : IDebuggableCore
{
    /// <summary>
    /// Hears of each trap and of each return from one, right after it: on the VM's turn, inside of <see cref="ICore.Run"/>,
    /// with <see cref="ICore.InstructionsRetired"/> exact: the instruction that trapped or returned is counted. Null for nobody,
    /// which costs the guest nothing. Set between slices.
    /// </summary>
    Action<TrapInfo>? TrapTaken { get; set; }

    /// <summary>The first instruction of some code. Any thread may ask.</summary>
    /// <param name="code">At least 4 bytes as they lie in memory.</param>
    InstructionBits ReadInstruction(ReadOnlySpan<byte> code);

    /// <summary>The instruction in assembly language; null from a core that has no disassembler. Any thread may ask.</summary>
    string? Disassemble(uint bits, ulong address) => null;
}
