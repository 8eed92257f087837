// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>Some neighbouring bits of an encoding and where in an operand they belong.</summary>
/// <param name="Operand">The operand.</param>
/// <param name="From">The field's lowest bit in the encoding.</param>
/// <param name="Width">Its width in bits.</param>
/// <param name="To">Its lowest bit in the operand.</param>
/// <param name="Add">Added to the field's value: 8 for the registers that have three bits.</param>
internal readonly record struct EncodingField(Operand Operand, int From, int Width, int To, int Add = 0)
{
    /// <summary>The field's value at its place in the operand.</summary>
    public int Extract(uint bits) => (int)((((bits >> From) & ((1u << Width) - 1)) + (uint)Add) << To);
}
