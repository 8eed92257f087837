// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <summary>How a handler table is indexed: an <see cref="Op"/> and three bits that make variants of it.</summary>
internal static class HandlerIndex
{
    /// <summary>Data processing: the second operand is <see cref="Instruction.Immediate"/>.</summary>
    public const int Immediate = 0;

    /// <summary>The second operand is a register.</summary>
    public const int Register = 1;

    /// <summary>The second operand is a register shifted by a constant.</summary>
    public const int Shifted = 2;

    /// <summary>The kind of the second operand.</summary>
    public const int KindMask = 3;

    /// <summary>A branch: the target lies in the same page, as a distance in entries.</summary>
    public const int Near = 1;

    /// <summary>The condition flags are set.</summary>
    public const int SetsFlags = 4;

    /// <summary>Where the <see cref="Op"/> begins.</summary>
    public const int OpShift = 3;

    /// <summary>The index of an instruction's handler.</summary>
    public static ushort Of(Op op, int variant = 0) => (ushort)(((int)op << OpShift) | variant);
}
