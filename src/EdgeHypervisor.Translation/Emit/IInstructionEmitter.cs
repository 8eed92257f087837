// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>The other half of a core's translator: writes what one instruction does as IL. Called on any thread.</summary>
/// <typeparam name="TInstruction">The core's decoded instruction.</typeparam>
public interface IInstructionEmitter<TInstruction>
{
    /// <summary>The core's registers, by the numbers used with <see cref="RegionEmitter"/>.</summary>
    IReadOnlyList<GuestRegister> Registers { get; }

    /// <summary>Adds to <paramref name="registers"/> those that the instruction reads or writes.</summary>
    void CollectRegisters(in TInstruction instruction, RegisterSet registers);

    /// <summary>
    /// The access of an instruction that is written with <see cref="RegionEmitter.LoadAt"/>,
    /// <see cref="RegionEmitter.StoreAt"/> or <see cref="RegionEmitter.CheckAt"/>, and only of such: accesses beside one
    /// another are then checked once.
    /// </summary>
    bool TryGetOperand(in TInstruction instruction, out MemoryOperand operand)
    {
        operand = default;
        return false;
    }

    /// <summary>Whether an instruction does nothing but set a register, whatever its operands are, and few host instructions do it. Its branches end with <see cref="RegionEmitter.EndBranch"/> alone.</summary>
    bool OnlyComputes(in TInstruction instruction) => false;

    /// <summary>The sum that an instruction sets a register to, where that is all it does.</summary>
    bool TryGetSum(in TInstruction instruction, out RegisterSum sum)
    {
        sum = default;
        return false;
    }

    /// <summary>What the instruction does with status bits; see <see cref="RegionEmitter.LiveStatus"/>.</summary>
    StatusUse StatusOf(in TInstruction instruction) => default;

    /// <summary>Whether an instruction sets a register to what is likely an address in the second piece of memory, see <see cref="MemoryModel"/>.</summary>
    bool SetsConstantAddress(in TInstruction instruction) => false;

    /// <summary>What the instruction leaves in the registers that it sets. <see cref="Emit"/> has to agree with it.</summary>
    /// <param name="instruction">The instruction.</param>
    /// <param name="signed32">The registers, by bit, that hold sign-extended 32-bit values.</param>
    /// <param name="words">Those of them that are likely to stand in their words; see <see cref="RegionEmitter.SetWord"/>.</param>
    RegisterForm FormOf(in TInstruction instruction, ulong signed32, ulong words) => RegisterForm.Whole;

    /// <summary>What the registers that the instruction sets can hold then, where they have 64 bits.</summary>
    /// <param name="instruction">The instruction.</param>
    /// <param name="address">Where it is.</param>
    /// <param name="registers">What the first 64 registers can hold before.</param>
    ValueRange RangeOf(in TInstruction instruction, ulong address, RegisterRanges registers) => ValueRange.All;

    /// <summary>Before the instructions of a block, which run from the first to the last; see <see cref="RegionEmitter.BlockNotes"/>.</summary>
    void BeginBlock(TInstruction[] block, RegionEmitter region)
    {
    }

    /// <summary>
    /// Writes the instruction. Memory is accessed before any register is set: an access may leave the region, and the
    /// interpreter then executes the whole instruction. What follows it is the emitter's business, except that
    /// branches, jumps, calls and returns end with one of the <c>End…</c> methods of <see cref="RegionEmitter"/>.
    /// </summary>
    void Emit(in TInstruction instruction, RegionEmitter region);
}
