// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace EdgeHypervisor.Cores.CortexM;

/// <content>What a trace wants to know. There is no disassembler: the bits are for objdump.</content>
internal sealed unsafe partial class CortexMCore : ITraceableCore
{
    /// <inheritdoc/>
    public Action<TrapInfo>? TrapTaken
    {
        get => Exceptions.Taken;
        set => Exceptions.Taken = value;
    }

    /// <inheritdoc/>
    public InstructionBits ReadInstruction(ReadOnlySpan<byte> code)
    {
        uint half = BinaryPrimitives.ReadUInt16LittleEndian(code);
        return Decoder.IsNarrow(half) ? new InstructionBits(half, 2) : new InstructionBits(half << 16 | BinaryPrimitives.ReadUInt16LittleEndian(code[2..]), 4);
    }
}
