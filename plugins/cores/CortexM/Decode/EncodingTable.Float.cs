// SPDX-License-Identifier: Apache-2.0
using static EdgeHypervisor.Cores.CortexM.Build;
using static EdgeHypervisor.Cores.CortexM.InstructionTraits;

namespace EdgeHypervisor.Cores.CortexM;

/// <content>
/// Floating-point instructions. Arm A6. Registers are numbered as singles: a double is the even one of its pair. The bit
/// <c>z</c> chooses double precision, which a row allows in its second form only.
/// </content>
internal static partial class EncodingTable
{
    private static IEnumerable<Encoding> Float() =>
    [
        Row(Level.Float, "1110 1101 uD 00 nnnn dddd 101z iiiiiiii", f => FloatMemory(Op.Vstr, f)),
        Row(Level.Float, "1110 1101 uD 01 nnnn dddd 101z iiiiiiii", f => FloatMemory(Op.Vldr, f)),
        Row(Level.Float, "1110 1100 010 0 ssss tttt 101z 00M1 mmmm", f => TwoCoreRegisters(f, toCore: false)),
        Row(Level.Float, "1110 1100 010 1 ssss tttt 101z 00M1 mmmm", f => TwoCoreRegisters(f, toCore: true)),
        Row(Level.Float, "1110 110p uDw 0 nnnn dddd 101z iiiiiiii", f => FloatMultiple(Op.Vstm, f)),
        Row(Level.Float, "1110 110p uDw 1 nnnn dddd 101z iiiiiiii", f => FloatMultiple(Op.Vldm, f)),

        Row(Level.Float, "1110 1110 0000 nnnn tttt 1010 Nxx1 xxxx", f => Of(Op.VmovCoreToSingle, f['n'] << 1 | f['N'], f['t'])),
        Row(Level.Float, "1110 1110 0001 nnnn tttt 1010 Nxx1 xxxx", f => Of(Op.VmovSingleToCore, f['t'], f['n'] << 1 | f['N'])),
        Row(Level.Float, "1110 1110 00h0 dddd tttt 1011 0001 xxxx", f => Of(Op.VmovCoreToSingle, f['d'] << 1 | f['h'], f['t'])),
        Row(Level.Float, "1110 1110 00h1 nnnn tttt 1011 0001 xxxx", f => Of(Op.VmovSingleToCore, f['t'], f['n'] << 1 | f['h'])),
        Row(Level.Float, "1110 1110 1110 0001 tttt 1010 xxx1 xxxx", f => Of(Op.Vmsr, n: f['t'])),
        Row(Level.Float, "1110 1110 1111 0001 tttt 1010 xxx1 xxxx", f => Of(Op.Vmrs, f['t'])),

        .. Precisions("1110 1110 0D00 nnnn dddd 101z N0M0 mmmm", Op.Vmla), .. Precisions("1110 1110 0D00 nnnn dddd 101z N1M0 mmmm", Op.Vmls),
        .. Precisions("1110 1110 0D01 nnnn dddd 101z N0M0 mmmm", Op.Vnmls), .. Precisions("1110 1110 0D01 nnnn dddd 101z N1M0 mmmm", Op.Vnmla),
        .. Precisions("1110 1110 0D10 nnnn dddd 101z N0M0 mmmm", Op.Vmul), .. Precisions("1110 1110 0D10 nnnn dddd 101z N1M0 mmmm", Op.Vnmul),
        .. Precisions("1110 1110 0D11 nnnn dddd 101z N0M0 mmmm", Op.Vadd), .. Precisions("1110 1110 0D11 nnnn dddd 101z N1M0 mmmm", Op.Vsub),
        .. Precisions("1110 1110 1D00 nnnn dddd 101z N0M0 mmmm", Op.Vdiv),
        .. Precisions("1110 1110 1D01 nnnn dddd 101z N0M0 mmmm", Op.Vfnms), .. Precisions("1110 1110 1D01 nnnn dddd 101z N1M0 mmmm", Op.Vfnma),
        .. Precisions("1110 1110 1D10 nnnn dddd 101z N0M0 mmmm", Op.Vfma), .. Precisions("1110 1110 1D10 nnnn dddd 101z N1M0 mmmm", Op.Vfms),

        .. Precisions("1110 1110 1D11 iiii dddd 101z x0x0 iiii", Op.VmovImmediate),
        .. Precisions("1110 1110 1D11 0000 dddd 101z 01M0 mmmm", Op.Vmov), .. Precisions("1110 1110 1D11 0000 dddd 101z 11M0 mmmm", Op.Vabs),
        .. Precisions("1110 1110 1D11 0001 dddd 101z 01M0 mmmm", Op.Vneg), .. Precisions("1110 1110 1D11 0001 dddd 101z 11M0 mmmm", Op.Vsqrt),
        Row(Level.Float, "1110 1110 1D11 0010 dddd 1010 T1M0 mmmm", f => Of(Op.VcvtHalfToSingle, Single(f, 'd'), m: Single(f, 'm'), traits: Top(f))),
        Row(Level.Float, "1110 1110 1D11 0011 dddd 1010 T1M0 mmmm", f => Of(Op.VcvtSingleToHalf, Single(f, 'd'), m: Single(f, 'm'), traits: Top(f))),
        Row(Level.Double, "1110 1110 1D11 0010 dddd 1011 T1M0 mmmm", f => Of(Op.VcvtHalfToSingle, Double(f, 'd'), m: Single(f, 'm'), traits: Top(f) | InstructionTraits.Double)),
        Row(Level.Double, "1110 1110 1D11 0011 dddd 1011 T1M0 mmmm", f => Of(Op.VcvtSingleToHalf, Single(f, 'd'), m: Double(f, 'm'), traits: Top(f) | InstructionTraits.Double)),
        .. Precisions("1110 1110 1D11 0100 dddd 101z 01M0 mmmm", Op.Vcmp), .. Precisions("1110 1110 1D11 0100 dddd 101z 11M0 mmmm", Op.Vcmpe),
        .. Precisions("1110 1110 1D11 0101 dddd 101z 01x0 xxxx", Op.VcmpZero), .. Precisions("1110 1110 1D11 0101 dddd 101z 11x0 xxxx", Op.VcmpeZero),
        Row(Level.Double, "1110 1110 1D11 0111 dddd 1010 11M0 mmmm", f => Of(Op.VcvtPrecision, Double(f, 'd'), m: Single(f, 'm'))),
        Row(Level.Double, "1110 1110 1D11 0111 dddd 1011 11M0 mmmm", f => Of(Op.VcvtPrecision, Single(f, 'd'), m: Double(f, 'm'), traits: InstructionTraits.Double)),
        Row(Level.Float, "1110 1110 1D11 1000 dddd 1010 s1M0 mmmm", f => Of(f.Bit('s') ? Op.VcvtFromSigned : Op.VcvtFromUnsigned, Single(f, 'd'), m: Single(f, 'm'))),
        Row(Level.Double, "1110 1110 1D11 1000 dddd 1011 s1M0 mmmm", f => Of(f.Bit('s') ? Op.VcvtFromSigned : Op.VcvtFromUnsigned, Double(f, 'd'), m: Single(f, 'm'), traits: InstructionTraits.Double)),
        Row(Level.Float, "1110 1110 1D11 110s dddd 1010 r1M0 mmmm", f => Of(f.Bit('s') ? Op.VcvtToSigned : Op.VcvtToUnsigned, Single(f, 'd'), m: Single(f, 'm'), imm: f.Bit('r') ? FloatMath.TowardZero : FloatMath.CurrentMode)),
        Row(Level.Double, "1110 1110 1D11 110s dddd 1011 r1M0 mmmm", f => Of(f.Bit('s') ? Op.VcvtToSigned : Op.VcvtToUnsigned, Single(f, 'd'), m: Double(f, 'm'), imm: f.Bit('r') ? FloatMath.TowardZero : FloatMath.CurrentMode, traits: InstructionTraits.Double)),
        Row(Level.Float, "1110 1110 1D11 1o1u dddd 1010 x1k0 kkkk", f => Fixed(f, false)),
        Row(Level.Double, "1110 1110 1D11 1o1u dddd 1011 x1k0 kkkk", f => Fixed(f, true)),

        .. FloatV5(),
    ];

    // FPv5, which comes with the M7: with single precision only, too. Arm A6.4.
    private static IEnumerable<Encoding> FloatV5() =>
    [
        .. Precisions("1111 1110 0Dcc nnnn dddd 101z N0M0 mmmm", Op.Vsel), .. Precisions("1111 1110 1D00 nnnn dddd 101z N0M0 mmmm", Op.Vmaxnm),
        .. Precisions("1111 1110 1D00 nnnn dddd 101z N1M0 mmmm", Op.Vminnm),
        .. Precisions("1111 1110 1D11 10rr dddd 101z 01M0 mmmm", Op.Vrint),
        .. Precisions("1110 1110 1D11 0110 dddd 101z 01M0 mmmm", Op.Vrint, FloatMath.CurrentMode), .. Precisions("1110 1110 1D11 0110 dddd 101z 11M0 mmmm", Op.Vrint, FloatMath.TowardZero),
        .. Precisions("1110 1110 1D11 0111 dddd 101z 01M0 mmmm", Op.Vrint, FloatMath.CurrentMode | FloatMath.RaisesInexact),
        Row(Level.FloatV5, "1111 1110 1D11 11rr dddd 1010 s1M0 mmmm", f => Of(f.Bit('s') ? Op.VcvtToSigned : Op.VcvtToUnsigned, Single(f, 'd'), m: Single(f, 'm'), imm: f['r'])),
        Row(Level.FloatV5, "1111 1110 1D11 11rr dddd 1011 s1M0 mmmm", f => Of(f.Bit('s') ? Op.VcvtToSigned : Op.VcvtToUnsigned, Single(f, 'd'), m: Double(f, 'm'), imm: f['r'], traits: InstructionTraits.Double)),
    ];

    // Both precisions of an instruction whose registers are all alike; upper bits of doubles must be zero.
    private static IEnumerable<Encoding> Precisions(string pattern, Op op, uint? mode = null)
    {
        var isV5 = op >= Op.Vsel;
        var dPattern = pattern.Replace("101z", "1011", StringComparison.Ordinal);
        yield return Row(isV5 ? Level.FloatV5 : Level.Float, pattern.Replace("101z", "1010", StringComparison.Ordinal), f => Same(op, f, pattern, false, mode));
        yield return Row(Level.Double, dPattern, f => Same(op, f, pattern, true, mode));
    }

    private static Instruction Same(Op op, Encoding.Fields f, string pattern, bool isDouble, uint? mode)
    {
        var i = Of(op, FloatRegister(f, 'd', isDouble), traits: isDouble ? InstructionTraits.Double : 0);
        if (pattern.Contains('n', StringComparison.Ordinal)) i.Rn = (byte)FloatRegister(f, 'n', isDouble);
        if (pattern.Contains('m', StringComparison.Ordinal)) i.Rm = (byte)FloatRegister(f, 'm', isDouble);
        if (op == Op.VmovImmediate) i.Immediate = f['i'];
        if (op == Op.Vsel) i.Immediate = f['c'];
        if (op == Op.Vrint) i.Immediate = mode ?? f['r'];
        return i;
    }

    private static uint FloatRegister(Encoding.Fields f, char name, bool isDouble) => isDouble ? Double(f, name) : Single(f, name);

    private static uint Single(Encoding.Fields f, char name) => f[name] << 1 | f[char.ToUpperInvariant(name)];

    // There are sixteen doubles: the upper bit is ignored.
    private static uint Double(Encoding.Fields f, char name) => f[name] << 1;

    private static InstructionTraits Top(Encoding.Fields f) => f.Bit('T') ? X : 0;

    private static Instruction FloatMemory(Op op, Encoding.Fields f)
    {
        var isDouble = f.Bit('z');
        var offset = f.Bit('u') ? f['i'] << 2 : 0 - (f['i'] << 2);
        var traits = isDouble ? InstructionTraits.Double : 0;
        return f['n'] == 15
            ? Of(op, FloatRegister(f, 'd', isDouble), Instruction.Zero, imm: offset, traits: traits | X)
            : Of(op, FloatRegister(f, 'd', isDouble), f['n'], imm: offset, traits: traits);
    }

    // The number of singles is the immediate; an odd one with doubles transfers one word less. Arm A7.7.235, A7.7.256.
    private static Instruction FloatMultiple(Op op, Encoding.Fields f)
    {
        var (p, u, w, isDouble) = (f.Bit('p'), f.Bit('u'), f.Bit('w'), f.Bit('z'));
        if (p == u || (p && !w) || f['n'] == 15) return Undefined();
        var first = FloatRegister(f, 'd', isDouble);
        var count = f['i'];
        if (count == 0 || first + (isDouble ? count & ~1u : count) > 32) return Undefined();
        return Of(op, first, f['n'], imm: count, traits: (w ? WriteBack : 0) | (u ? 0 : Subtract) | (isDouble ? InstructionTraits.Double : 0));
    }

    private static Instruction TwoCoreRegisters(Encoding.Fields f, bool toCore)
    {
        var first = FloatRegister(f, 'm', f.Bit('z'));
        if (first == 31) return Undefined();
        return toCore
            ? Of(Op.VmovTwoSinglesToCore, f['t'], first, a: f['s'])
            : Of(Op.VmovCoreToTwoSingles, first, f['t'], a: f['s']);
    }

    // Fraction bits in the immediate, width in Ra, unsigned: X, from fixed point: another instruction. Arm A7.7.228.
    private static Instruction Fixed(Encoding.Fields f, bool isDouble)
    {
        var width = (f.Bits & 0x80) != 0 ? 32u : 16u;
        var imm5 = (f.Bits & 0xF) << 1 | (f.Bits >> 5 & 1);
        if (imm5 > width) return Undefined();
        var toFixed = f.Bit('o');
        var op = !toFixed ? Op.VcvtFromFixed : f.Bit('u') ? Op.VcvtUnsignedFixed : Op.VcvtSignedFixed;
        return Of(op, FloatRegister(f, 'd', isDouble), a: width, imm: width - imm5, traits: (f.Bit('u') ? X : 0) | (isDouble ? InstructionTraits.Double : 0));
    }
}
