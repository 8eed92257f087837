// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>A core's emitter for its instructions as objects. Passes on every question, those with an answer of their own too.</summary>
internal sealed class BoxedEmitter<TInstruction>(IInstructionEmitter<TInstruction> emitter) : IInstructionEmitter<Boxed<TInstruction>>
    where TInstruction : unmanaged
{
    public IReadOnlyList<GuestRegister> Registers => emitter.Registers;

    public void CollectRegisters(in Boxed<TInstruction> instruction, RegisterSet registers) => emitter.CollectRegisters(instruction.Instruction, registers);

    public bool TryGetOperand(in Boxed<TInstruction> instruction, out MemoryOperand operand) => emitter.TryGetOperand(instruction.Instruction, out operand);

    public bool TryGetSum(in Boxed<TInstruction> instruction, out RegisterSum sum) => emitter.TryGetSum(instruction.Instruction, out sum);

    public bool OnlyComputes(in Boxed<TInstruction> instruction) => emitter.OnlyComputes(instruction.Instruction);

    public StatusUse StatusOf(in Boxed<TInstruction> instruction) => emitter.StatusOf(instruction.Instruction);

    public bool SetsConstantAddress(in Boxed<TInstruction> instruction) => emitter.SetsConstantAddress(instruction.Instruction);

    public RegisterForm FormOf(in Boxed<TInstruction> instruction, ulong signed32, ulong words) => emitter.FormOf(instruction.Instruction, signed32, words);

    public ValueRange RangeOf(in Boxed<TInstruction> instruction, ulong address, ReadOnlySpan<ValueRange> registers) =>
        emitter.RangeOf(instruction.Instruction, address, registers);

    public void BeginBlock(IReadOnlyList<Boxed<TInstruction>> block, RegionEmitter region)
    {
        var instructions = new TInstruction[block.Count];
        for (var i = 0; i < instructions.Length; i++) instructions[i] = block[i].Instruction;
        emitter.BeginBlock(instructions, region);
    }

    public void Emit(in Boxed<TInstruction> instruction, RegionEmitter region) => emitter.Emit(instruction.Instruction, region);
}
