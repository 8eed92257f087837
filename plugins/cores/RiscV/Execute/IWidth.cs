// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>
/// The width in which an operation computes: its results lie sign-extended in 64-bit registers. So RV64's
/// <c>addw</c> and RV32's <c>add</c> are one operation, and so are the twins of RV32 and RV64.
/// </summary>
internal interface IWidth
{
    /// <summary>32 or 64.</summary>
    static abstract int Bits { get; }

    /// <summary>A result as a register holds it.</summary>
    static abstract ulong Result(ulong value);

    /// <summary>The operand as an unsigned number.</summary>
    static abstract ulong Unsigned(ulong value);

    /// <summary>The operand as a signed number.</summary>
    static abstract long Signed(ulong value);

    /// <summary>The upper half of a product of two operands, as a signed and an unsigned number each.</summary>
    static abstract ulong HighProduct(ulong left, ulong right, bool leftSigned, bool rightSigned);
}
