// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>
/// Every instruction in the manual's notation. Decoder and disassembler are made from these rows, and tests walk them.
/// </summary>
/// <remarks>
/// RISC-V Unprivileged ISA, chapter "RV32/64G Instruction Set Listings" and those of C, B and Zicond. A row reads from
/// bit 31 (15) down: literal bits; register fields (<c>rd</c>, <c>fs1</c>, with a tick the eight popular registers);
/// immediates by their bits, <c>imm</c> signed and <c>uimm</c> unsigned, with <c>nz</c> in front where zero is another
/// instruction; <c>-</c> for a bit that does not matter. Behind a semicolon stand operands that are not encoded. The
/// first row that fits wins.
/// </remarks>
internal static partial class EncodingTable
{
    /// <summary>All rows by chapter, 32-bit instructions and 16-bit ones.</summary>
    public static Encoding[][] All() =>
        [Base(), Multiply(), Atomic(), Privileged(), Single(), Double(), BitManipulation(), Compressed()];

    /// <summary>The chapters without <see cref="Rare"/>.</summary>
    public static Encoding[][] Common() => [Base(), Multiply(), Privileged(), BitManipulation(), Compressed()];

    /// <summary>Chapters whose 32-bit instructions have major opcodes for themselves.</summary>
    public static Encoding[][] Rare() => [Atomic(), Single(), Double()];

    private static Encoding Row(Op op, string assembly, string bits, Extensions needs, int xlen = 0) =>
        new(op, assembly, bits, needs, xlen);
}
