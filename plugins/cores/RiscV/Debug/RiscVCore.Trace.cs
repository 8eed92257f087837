// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace EdgeHypervisor.Cores.RiscV;

/// <content>What a trace wants to know.</content>
internal sealed unsafe partial class RiscVCore : ITraceableCore
{
    private Disassembler? _disassembler;

    /// <inheritdoc/>
    public Action<TrapInfo>? TrapTaken
    {
        get => Traps.Taken;
        set => Traps.Taken = value;
    }

    /// <inheritdoc/>
    public InstructionBits ReadInstruction(ReadOnlySpan<byte> code)
    {
        uint half = BinaryPrimitives.ReadUInt16LittleEndian(code);
        return Decoder.IsShort(half) ? new InstructionBits(half, 2) : new InstructionBits(BinaryPrimitives.ReadUInt32LittleEndian(code), 4);
    }

    /// <inheritdoc/>
    public string Disassemble(uint bits, ulong address) => (_disassembler ??= new Disassembler(_decoder)).Disassemble(bits, address);

    /// <inheritdoc/>
    public bool TryTranslate(ulong address, out ulong physical) => Memory.TryFindPhysical(address, out physical);
}
