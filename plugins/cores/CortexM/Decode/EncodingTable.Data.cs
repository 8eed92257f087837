// SPDX-License-Identifier: Apache-2.0
using static EdgeHypervisor.Cores.CortexM.Build;

namespace EdgeHypervisor.Cores.CortexM;

/// <content>32-bit data processing. Arm A5.3.1, A5.3.3, A5.3.11 to A5.3.15.</content>
internal static partial class EncodingTable
{
    private static IEnumerable<Encoding> WideData() =>
    [
        Row(Level.Dsp, "1110 101 0110 0 nnnn 0 iii dddd ii 00 mmmm", f => Halves(Op.Pkhbt, f, ShiftKind.Lsl)),
        Row(Level.Dsp, "1110 101 0110 0 nnnn 0 iii dddd ii 10 mmmm", f => Halves(Op.Pkhtb, f, ShiftKind.Asr)),
        Row(Level.V7, "1110 101 oooo s nnnn x iii dddd ii tt mmmm", f => Shifted(f)),
        Row(Level.V7, "1111 0 i 0 oooo s nnnn 0 iii dddd iiiiiiii", f => Modified(f)),

        Row(Level.V7, "1111 0 i 1 0000 0 nnnn 0 iii dddd iiiiiiii", f => f['n'] == 15 ? PcRelative(f['d'], f['i']) : Immediate(Op.Add, f['d'], f['n'], f['i'], false)),
        Row(Level.V7, "1111 0 i 1 0101 0 nnnn 0 iii dddd iiiiiiii", f => f['n'] == 15 ? PcRelative(f['d'], 0 - f['i']) : Immediate(Op.Sub, f['d'], f['n'], f['i'], false)),
        Row(Level.V7, "1111 0 i 1 0010 0 kkkk 0 iii dddd iiiiiiii", f => Immediate(Op.Mov, f['d'], Instruction.Zero, f['k'] << 12 | f['i'], false)),
        Row(Level.V7, "1111 0 i 1 0110 0 kkkk 0 iii dddd iiiiiiii", f => Of(Op.Movt, f['d'], f['d'], imm: f['k'] << 12 | f['i'])),
        Row(Level.Dsp, "1111 0 0 1 1001 0 nnnn 0 000 dddd 00 x kkkkk", f => Of(Op.Ssat16, f['d'], f['n'], imm: f['k'] + 1)),
        Row(Level.Dsp, "1111 0 0 1 1101 0 nnnn 0 000 dddd 00 x kkkkk", f => Of(Op.Usat16, f['d'], f['n'], imm: f['k'])),
        Row(Level.V7, "1111 0 0 1 100 h 0 nnnn 0 iii dddd ii x kkkkk", f => Saturate(Op.Ssat, f, f['k'] + 1)),
        Row(Level.V7, "1111 0 0 1 110 h 0 nnnn 0 iii dddd ii x kkkkk", f => Saturate(Op.Usat, f, f['k'])),
        Row(Level.V7, "1111 0 0 1 1010 0 nnnn 0 iii dddd ii x kkkkk", f => Field(Op.Sbfx, f, f['k'] + 1)),
        Row(Level.V7, "1111 0 0 1 1110 0 nnnn 0 iii dddd ii x kkkkk", f => Field(Op.Ubfx, f, f['k'] + 1)),
        Row(Level.V7, "1111 0 0 1 1011 0 nnnn 0 iii dddd ii x kkkkk", f =>
            f['k'] < f['i'] ? Undefined() : Field(f['n'] == 15 ? Op.Bfc : Op.Bfi, f, f['k'] + 1 - f['i'])),

        Row(Level.V7, "1111 1010 0 tt s nnnn 1111 dddd 0000 mmmm", f => Of(Op.LslRegister + (int)f['t'], f['d'], f['n'], f['m'], s: f.Bit('s'))),
        Row(Level.V7, "1111 1010 0 000 1111 1111 dddd 1x rr mmmm", f => Extend(Op.Sxth, f, Instruction.Zero)),
        Row(Level.V7, "1111 1010 0 001 1111 1111 dddd 1x rr mmmm", f => Extend(Op.Uxth, f, Instruction.Zero)),
        Row(Level.Dsp, "1111 1010 0 010 1111 1111 dddd 1x rr mmmm", f => Extend(Op.Sxtb16, f, Instruction.Zero)),
        Row(Level.Dsp, "1111 1010 0 011 1111 1111 dddd 1x rr mmmm", f => Extend(Op.Uxtb16, f, Instruction.Zero)),
        Row(Level.V7, "1111 1010 0 100 1111 1111 dddd 1x rr mmmm", f => Extend(Op.Sxtb, f, Instruction.Zero)),
        Row(Level.V7, "1111 1010 0 101 1111 1111 dddd 1x rr mmmm", f => Extend(Op.Uxtb, f, Instruction.Zero)),
        Row(Level.Dsp, "1111 1010 0 000 nnnn 1111 dddd 1x rr mmmm", f => Extend(Op.Sxtah, f, f['n'])),
        Row(Level.Dsp, "1111 1010 0 001 nnnn 1111 dddd 1x rr mmmm", f => Extend(Op.Uxtah, f, f['n'])),
        Row(Level.Dsp, "1111 1010 0 010 nnnn 1111 dddd 1x rr mmmm", f => Extend(Op.Sxtab16, f, f['n'])),
        Row(Level.Dsp, "1111 1010 0 011 nnnn 1111 dddd 1x rr mmmm", f => Extend(Op.Uxtab16, f, f['n'])),
        Row(Level.Dsp, "1111 1010 0 100 nnnn 1111 dddd 1x rr mmmm", f => Extend(Op.Sxtab, f, f['n'])),
        Row(Level.Dsp, "1111 1010 0 101 nnnn 1111 dddd 1x rr mmmm", f => Extend(Op.Uxtab, f, f['n'])),

        Row(Level.Dsp, "1111 1010 1 ooo nnnn 1111 dddd 0 upp mmmm", f => Parallel(f)),
        Row(Level.Dsp, "1111 1010 1 000 nnnn 1111 dddd 10 pp mmmm", f => Of(new[] { Op.Qadd, Op.Qdadd, Op.Qsub, Op.Qdsub }[f['p']], f['d'], f['n'], f['m'])),
        Row(Level.V7, "1111 1010 1 001 xxxx 1111 dddd 10 pp mmmm", f => Of(new[] { Op.Rev, Op.Rev16, Op.Rbit, Op.Revsh }[f['p']], f['d'], m: f['m'])),
        Row(Level.Dsp, "1111 1010 1 010 nnnn 1111 dddd 10 00 mmmm", f => Of(Op.Sel, f['d'], f['n'], f['m'])),
        Row(Level.V7, "1111 1010 1 011 xxxx 1111 dddd 10 00 mmmm", f => Of(Op.Clz, f['d'], m: f['m'])),
    ];

    private static Instruction Halves(Op op, Encoding.Fields f, ShiftKind kind)
    {
        var i = Of(op, f['d'], f['n'], f['m']);
        (i.ShiftKind, i.Shift) = (kind, (byte)(kind == ShiftKind.Asr && f['i'] == 0 ? 32 : f['i']));
        return i;
    }

    // The operations of both operand forms; the ones that leave no result have r15 as destination. Arm A5.3.1, A5.3.11.
    private static (Op Op, uint D, uint N)? Operation(Encoding.Fields f)
    {
        var (d, n, isTest) = (f['d'], f['n'], f['d'] == 15 && f.Bit('s'));
        return f['o'] switch
        {
            0 => isTest ? (Op.Tst, Instruction.Discard, n) : (Op.And, d, n),
            1 => (Op.Bic, d, n),
            2 => n == 15 ? (Op.Mov, d, Instruction.Zero) : (Op.Orr, d, n),
            3 => n == 15 ? (Op.Mvn, d, Instruction.Zero) : (Op.Orn, d, n),
            4 => isTest ? (Op.Teq, Instruction.Discard, n) : (Op.Eor, d, n),
            8 => isTest ? (Op.Cmn, Instruction.Discard, n) : (Op.Add, d, n),
            10 => (Op.Adc, d, n),
            11 => (Op.Sbc, d, n),
            13 => isTest ? (Op.Cmp, Instruction.Discard, n) : (Op.Sub, d, n),
            14 => (Op.Rsb, d, n),
            _ => null,
        };
    }

    private static Instruction Shifted(Encoding.Fields f) => Operation(f) is { } o
        ? Register(o.Op, o.D, o.N, f['m'], f.Bit('s'), f['t'], f['i'])
        : Undefined();

    private static Instruction Modified(Encoding.Fields f)
    {
        if (Operation(f) is not { } o) return Undefined();
        var (value, carry) = Expand(f['i']);
        return Immediate(o.Op, o.D, o.N, value, f.Bit('s'), carry);
    }

    // A shift to the right by zero is the instruction for halves, which only the DSP extension has. Arm A7.7.152, A7.7.213.
    private static Instruction Saturate(Op op, Encoding.Fields f, uint to)
    {
        if (f.Bit('h') && f['i'] == 0) return Undefined();
        var i = Of(op, f['d'], f['n'], imm: to);
        (i.ShiftKind, i.Shift) = DecodeShift(f['h'] << 1, f['i']);
        return i;
    }

    // Lowest bit in Shift, width in the immediate.
    private static Instruction Field(Op op, Encoding.Fields f, uint width)
    {
        if (f['i'] + width > 32) return Undefined();
        var i = Of(op, f['d'], op == Op.Bfc ? Instruction.Zero : f['n'], f['d'], imm: width);
        i.Shift = (byte)f['i'];
        return i;
    }

    private static Instruction Extend(Op op, Encoding.Fields f, uint n)
    {
        var i = Of(op, f['d'], n, f['m']);
        i.Shift = (byte)(f['r'] * 8);
        return i;
    }

    private static Instruction Parallel(Encoding.Fields f)
    {
        var kind = f['o'] switch { 0 => 0, 1 => 1, 2 => 2, 6 => 3, 4 => 4, 5 => 5, _ => -1 };
        var first = f['u'] << 2 | f['p'];
        Op? family = first switch
        {
            0 => Op.Sadd8,
            1 => Op.Qadd8,
            2 => Op.Shadd8,
            4 => Op.Uadd8,
            5 => Op.Uqadd8,
            6 => Op.Uhadd8,
            _ => null,
        };
        return kind < 0 || family is not { } op ? Undefined() : Of(op + kind, f['d'], f['n'], f['m']);
    }
}
