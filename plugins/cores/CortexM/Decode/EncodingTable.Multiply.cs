// SPDX-License-Identifier: Apache-2.0
using static EdgeHypervisor.Cores.CortexM.Build;
using static EdgeHypervisor.Cores.CortexM.InstructionTraits;

namespace EdgeHypervisor.Cores.CortexM;

/// <content>32-bit multiplication and division. Arm A5.3.16, A5.3.17.</content>
internal static partial class EncodingTable
{
    private static IEnumerable<Encoding> WideMultiply() =>
    [
        Row(Level.V7, "1111 1011 0000 nnnn 1111 dddd 0000 mmmm", f => Of(Op.Mul, f['d'], f['n'], f['m'])),
        Row(Level.V7, "1111 1011 0000 nnnn aaaa dddd 0000 mmmm", f => Of(Op.Mla, f['d'], f['n'], f['m'], f['a'])),
        Row(Level.V7, "1111 1011 0000 nnnn aaaa dddd 0001 mmmm", f => Of(Op.Mls, f['d'], f['n'], f['m'], f['a'])),
        Row(Level.Dsp, "1111 1011 0001 nnnn 1111 dddd 00 X Y mmmm", f => Accumulating(Op.Smul, f, false)),
        Row(Level.Dsp, "1111 1011 0001 nnnn aaaa dddd 00 X Y mmmm", f => Accumulating(Op.Smla, f, true)),
        Row(Level.Dsp, "1111 1011 0010 nnnn 1111 dddd 000 X mmmm", f => Accumulating(Op.Smuad, f, false)),
        Row(Level.Dsp, "1111 1011 0010 nnnn aaaa dddd 000 X mmmm", f => Accumulating(Op.Smlad, f, true)),
        Row(Level.Dsp, "1111 1011 0011 nnnn 1111 dddd 000 X mmmm", f => Accumulating(Op.Smulw, f, false)),
        Row(Level.Dsp, "1111 1011 0011 nnnn aaaa dddd 000 X mmmm", f => Accumulating(Op.Smlaw, f, true)),
        Row(Level.Dsp, "1111 1011 0100 nnnn 1111 dddd 000 X mmmm", f => Accumulating(Op.Smusd, f, false)),
        Row(Level.Dsp, "1111 1011 0100 nnnn aaaa dddd 000 X mmmm", f => Accumulating(Op.Smlsd, f, true)),
        Row(Level.Dsp, "1111 1011 0101 nnnn 1111 dddd 000 X mmmm", f => Accumulating(Op.Smmul, f, false)),
        Row(Level.Dsp, "1111 1011 0101 nnnn aaaa dddd 000 X mmmm", f => Accumulating(Op.Smmla, f, true)),
        Row(Level.Dsp, "1111 1011 0110 nnnn aaaa dddd 000 X mmmm", f => Accumulating(Op.Smmls, f, true)),
        Row(Level.Dsp, "1111 1011 0111 nnnn 1111 dddd 0000 mmmm", f => Of(Op.Usad8, f['d'], f['n'], f['m'])),
        Row(Level.Dsp, "1111 1011 0111 nnnn aaaa dddd 0000 mmmm", f => Of(Op.Usada8, f['d'], f['n'], f['m'], f['a'])),

        Row(Level.V7, "1111 1011 1000 nnnn dddd aaaa 0000 mmmm", f => Of(Op.Smull, f['d'], f['n'], f['m'], f['a'])),
        Row(Level.V7, "1111 1011 1001 nnnn xxxx dddd 1111 mmmm", f => Of(Op.Sdiv, f['d'], f['n'], f['m'])),
        Row(Level.V7, "1111 1011 1010 nnnn dddd aaaa 0000 mmmm", f => Of(Op.Umull, f['d'], f['n'], f['m'], f['a'])),
        Row(Level.V7, "1111 1011 1011 nnnn xxxx dddd 1111 mmmm", f => Of(Op.Udiv, f['d'], f['n'], f['m'])),
        Row(Level.V7, "1111 1011 1100 nnnn dddd aaaa 0000 mmmm", f => Of(Op.Smlal, f['d'], f['n'], f['m'], f['a'])),
        Row(Level.Dsp, "1111 1011 1100 nnnn dddd aaaa 10 X Y mmmm", f => Accumulating(Op.SmlalHalves, f, true)),
        Row(Level.Dsp, "1111 1011 1100 nnnn dddd aaaa 110 X mmmm", f => Accumulating(Op.Smlald, f, true)),
        Row(Level.Dsp, "1111 1011 1101 nnnn dddd aaaa 110 X mmmm", f => Accumulating(Op.Smlsld, f, true)),
        Row(Level.V7, "1111 1011 1110 nnnn dddd aaaa 0000 mmmm", f => Of(Op.Umlal, f['d'], f['n'], f['m'], f['a'])),
        Row(Level.Dsp, "1111 1011 1110 nnnn dddd aaaa 0110 mmmm", f => Of(Op.Umaal, f['d'], f['n'], f['m'], f['a'])),
    ];

    private static Instruction Accumulating(Op op, Encoding.Fields f, bool hasThird)
    {
        var hasY = op is Op.Smul or Op.Smla or Op.SmlalHalves;
        var traits = (f.Bit('X') ? X : 0) | (hasY && f.Bit('Y') ? Y : 0);
        return Of(op, f['d'], f['n'], f['m'], hasThird ? f['a'] : Instruction.Zero, traits: traits);
    }
}
