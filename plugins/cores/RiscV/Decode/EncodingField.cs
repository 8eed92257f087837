// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>Some neighbouring bits of an encoding and where in an operand they belong. The default is a field that is not there, and zero.</summary>
/// <param name="from">The field's lowest bit in the encoding.</param>
/// <param name="width">Its width in bits.</param>
/// <param name="to">Its lowest bit in the operand.</param>
/// <param name="add">Added to the field's value: 8 for the registers that have three bits.</param>
internal readonly struct EncodingField(int from, int width, int to, int add)
{
    /// <summary>Whether there is such a field.</summary>
    public bool IsThere => width != 0;

    /// <summary>The field's value at its place in the operand.</summary>
    public int Extract(uint bits) => (int)((((bits >> from) & ((1u << width) - 1)) + (uint)add) << to);
}
