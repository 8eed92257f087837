// SPDX-License-Identifier: Apache-2.0
using static EdgeHypervisor.Cores.CortexM.Build;
using static EdgeHypervisor.Cores.CortexM.InstructionTraits;

namespace EdgeHypervisor.Cores.CortexM;

/// <content>16-bit instructions. Arm A5.2.</content>
internal static partial class EncodingTable
{
    private const uint Sp = 13;

    private static IEnumerable<Encoding> Narrow() =>
    [
        Row(Level.V6, "000 00 iiiii mmm ddd", f => Register(Op.Mov, f['d'], Instruction.Zero, f['m'], true, 0, f['i'], FlagsOutsideIt)),
        Row(Level.V6, "000 01 iiiii mmm ddd", f => Register(Op.Mov, f['d'], Instruction.Zero, f['m'], true, 1, f['i'], FlagsOutsideIt)),
        Row(Level.V6, "000 10 iiiii mmm ddd", f => Register(Op.Mov, f['d'], Instruction.Zero, f['m'], true, 2, f['i'], FlagsOutsideIt)),
        Row(Level.V6, "000 1100 mmm nnn ddd", f => Register(Op.Add, f['d'], f['n'], f['m'], true, traits: FlagsOutsideIt)),
        Row(Level.V6, "000 1101 mmm nnn ddd", f => Register(Op.Sub, f['d'], f['n'], f['m'], true, traits: FlagsOutsideIt)),
        Row(Level.V6, "000 1110 iii nnn ddd", f => Immediate(Op.Add, f['d'], f['n'], f['i'], true, traits: FlagsOutsideIt)),
        Row(Level.V6, "000 1111 iii nnn ddd", f => Immediate(Op.Sub, f['d'], f['n'], f['i'], true, traits: FlagsOutsideIt)),
        Row(Level.V6, "001 00 ddd iiiiiiii", f => Immediate(Op.Mov, f['d'], Instruction.Zero, f['i'], true, traits: FlagsOutsideIt)),
        Row(Level.V6, "001 01 nnn iiiiiiii", f => Immediate(Op.Cmp, Instruction.Discard, f['n'], f['i'], true)),
        Row(Level.V6, "001 10 ddd iiiiiiii", f => Immediate(Op.Add, f['d'], f['d'], f['i'], true, traits: FlagsOutsideIt)),
        Row(Level.V6, "001 11 ddd iiiiiiii", f => Immediate(Op.Sub, f['d'], f['d'], f['i'], true, traits: FlagsOutsideIt)),

        Row(Level.V6, "010000 0000 mmm ddd", f => Register(Op.And, f['d'], f['d'], f['m'], true, traits: FlagsOutsideIt)),
        Row(Level.V6, "010000 0001 mmm ddd", f => Register(Op.Eor, f['d'], f['d'], f['m'], true, traits: FlagsOutsideIt)),
        Row(Level.V6, "010000 0010 mmm ddd", f => Of(Op.LslRegister, f['d'], f['d'], f['m'], s: true, traits: FlagsOutsideIt)),
        Row(Level.V6, "010000 0011 mmm ddd", f => Of(Op.LsrRegister, f['d'], f['d'], f['m'], s: true, traits: FlagsOutsideIt)),
        Row(Level.V6, "010000 0100 mmm ddd", f => Of(Op.AsrRegister, f['d'], f['d'], f['m'], s: true, traits: FlagsOutsideIt)),
        Row(Level.V6, "010000 0101 mmm ddd", f => Register(Op.Adc, f['d'], f['d'], f['m'], true, traits: FlagsOutsideIt)),
        Row(Level.V6, "010000 0110 mmm ddd", f => Register(Op.Sbc, f['d'], f['d'], f['m'], true, traits: FlagsOutsideIt)),
        Row(Level.V6, "010000 0111 mmm ddd", f => Of(Op.RorRegister, f['d'], f['d'], f['m'], s: true, traits: FlagsOutsideIt)),
        Row(Level.V6, "010000 1000 mmm nnn", f => Register(Op.Tst, Instruction.Discard, f['n'], f['m'], true)),
        Row(Level.V6, "010000 1001 nnn ddd", f => Immediate(Op.Rsb, f['d'], f['n'], 0, true, traits: FlagsOutsideIt)),
        Row(Level.V6, "010000 1010 mmm nnn", f => Register(Op.Cmp, Instruction.Discard, f['n'], f['m'], true)),
        Row(Level.V6, "010000 1011 mmm nnn", f => Register(Op.Cmn, Instruction.Discard, f['n'], f['m'], true)),
        Row(Level.V6, "010000 1100 mmm ddd", f => Register(Op.Orr, f['d'], f['d'], f['m'], true, traits: FlagsOutsideIt)),
        Row(Level.V6, "010000 1101 nnn ddd", f => Of(Op.Mul, f['d'], f['n'], f['d'], s: true, traits: FlagsOutsideIt)),
        Row(Level.V6, "010000 1110 mmm ddd", f => Register(Op.Bic, f['d'], f['d'], f['m'], true, traits: FlagsOutsideIt)),
        Row(Level.V6, "010000 1111 mmm ddd", f => Register(Op.Mvn, f['d'], Instruction.Zero, f['m'], true, traits: FlagsOutsideIt)),

        Row(Level.V6, "010001 00 d mmmm ddd", f => Register(Op.Add, f['d'], f['d'], f['m'], false)),
        Row(Level.V6, "010001 01 n mmmm nnn", f => Register(Op.Cmp, Instruction.Discard, f['n'], f['m'], true)),
        Row(Level.V6, "010001 10 d mmmm ddd", f => Register(Op.Mov, f['d'], Instruction.Zero, f['m'], false)),
        Row(Level.V6, "010001 11 0 mmmm xxx", f => Of(Op.Bx, m: f['m'])),
        Row(Level.V6, "010001 11 1 mmmm xxx", f => f['m'] == 15 ? Undefined() : Of(Op.BlxRegister, m: f['m'])),
        Row(Level.V6, "01001 ttt iiiiiiii", f => LiteralLoad(Op.Ldr, f['t'], f['i'] << 2)),

        Row(Level.V6, "0101 000 mmm nnn ttt", f => MemoryRegister(Op.Str, f['t'], f['n'], f['m'])),
        Row(Level.V6, "0101 001 mmm nnn ttt", f => MemoryRegister(Op.Strh, f['t'], f['n'], f['m'])),
        Row(Level.V6, "0101 010 mmm nnn ttt", f => MemoryRegister(Op.Strb, f['t'], f['n'], f['m'])),
        Row(Level.V6, "0101 011 mmm nnn ttt", f => MemoryRegister(Op.Ldrsb, f['t'], f['n'], f['m'])),
        Row(Level.V6, "0101 100 mmm nnn ttt", f => MemoryRegister(Op.Ldr, f['t'], f['n'], f['m'])),
        Row(Level.V6, "0101 101 mmm nnn ttt", f => MemoryRegister(Op.Ldrh, f['t'], f['n'], f['m'])),
        Row(Level.V6, "0101 110 mmm nnn ttt", f => MemoryRegister(Op.Ldrb, f['t'], f['n'], f['m'])),
        Row(Level.V6, "0101 111 mmm nnn ttt", f => MemoryRegister(Op.Ldrsh, f['t'], f['n'], f['m'])),
        Row(Level.V6, "0110 0 iiiii nnn ttt", f => Memory(Op.Str, f['t'], f['n'], f['i'] << 2)),
        Row(Level.V6, "0110 1 iiiii nnn ttt", f => Memory(Op.Ldr, f['t'], f['n'], f['i'] << 2)),
        Row(Level.V6, "0111 0 iiiii nnn ttt", f => Memory(Op.Strb, f['t'], f['n'], f['i'])),
        Row(Level.V6, "0111 1 iiiii nnn ttt", f => Memory(Op.Ldrb, f['t'], f['n'], f['i'])),
        Row(Level.V6, "1000 0 iiiii nnn ttt", f => Memory(Op.Strh, f['t'], f['n'], f['i'] << 1)),
        Row(Level.V6, "1000 1 iiiii nnn ttt", f => Memory(Op.Ldrh, f['t'], f['n'], f['i'] << 1)),
        Row(Level.V6, "1001 0 ttt iiiiiiii", f => Memory(Op.Str, f['t'], Sp, f['i'] << 2)),
        Row(Level.V6, "1001 1 ttt iiiiiiii", f => Memory(Op.Ldr, f['t'], Sp, f['i'] << 2)),
        Row(Level.V6, "1010 0 ddd iiiiiiii", f => PcRelative(f['d'], f['i'] << 2)),
        Row(Level.V6, "1010 1 ddd iiiiiiii", f => Immediate(Op.Add, f['d'], Sp, f['i'] << 2, false)),

        Row(Level.V6, "1011 0000 0 iiiiiii", f => Immediate(Op.Add, Sp, Sp, f['i'] << 2, false)),
        Row(Level.V6, "1011 0000 1 iiiiiii", f => Immediate(Op.Sub, Sp, Sp, f['i'] << 2, false)),
        Row(Level.V7, "1011 00i1 iiiii nnn", f => Of(Op.Cbz, n: f['n'], imm: f['i'] << 1)),
        Row(Level.V7, "1011 10i1 iiiii nnn", f => Of(Op.Cbnz, n: f['n'], imm: f['i'] << 1)),
        Row(Level.V6, "1011 0010 00 mmm ddd", f => Of(Op.Sxth, f['d'], m: f['m'])),
        Row(Level.V6, "1011 0010 01 mmm ddd", f => Of(Op.Sxtb, f['d'], m: f['m'])),
        Row(Level.V6, "1011 0010 10 mmm ddd", f => Of(Op.Uxth, f['d'], m: f['m'])),
        Row(Level.V6, "1011 0010 11 mmm ddd", f => Of(Op.Uxtb, f['d'], m: f['m'])),
        Row(Level.V6, "1011 010 l rrrrrrrr", f => StoreMultiple(Sp, f['r'] | f['l'] << 14, true, decrement: true)),
        Row(Level.V6, "1011 0110 011 d xx if", f => Of(Op.Cps, imm: f['d'] << 2 | f['i'] << 1 | f['f'])),
        Row(Level.V6, "1011 1010 00 mmm ddd", f => Of(Op.Rev, f['d'], m: f['m'])),
        Row(Level.V6, "1011 1010 01 mmm ddd", f => Of(Op.Rev16, f['d'], m: f['m'])),
        Row(Level.V6, "1011 1010 11 mmm ddd", f => Of(Op.Revsh, f['d'], m: f['m'])),
        Row(Level.V6, "1011 110 p rrrrrrrr", f => LoadMultiple(Sp, f['r'] | f['p'] << 15, true, decrement: false)),
        Row(Level.V6, "1011 1110 iiiiiiii", f => Of(Op.Bkpt, imm: f['i'])),
        Row(Level.V6, "1011 1111 hhhh 0000", f => Hint(f['h'])),
        Row(Level.V7, "1011 1111 iiii iiii", f => Of(Op.It, imm: f['i'])),

        Row(Level.V6, "1100 0 nnn rrrrrrrr", f => StoreMultiple(f['n'], f['r'], true, decrement: false)),
        Row(Level.V6, "1100 1 nnn rrrrrrrr", f => LoadMultiple(f['n'], f['r'], (f['r'] >> (int)f['n'] & 1) == 0, decrement: false)),
        Row(Level.V6, "1101 1110 xxxxxxxx", f => Undefined()),
        Row(Level.V6, "1101 1111 iiiiiiii", f => Of(Op.Svc, imm: f['i'])),
        Row(Level.V6, "1101 cccc iiiiiiii", f => Of(Op.Beq + (int)f['c'], imm: Signed(f['i'], 8) << 1)),
        Row(Level.V6, "11100 iiiiiiiiiii", f => Of(Op.B, imm: Signed(f['i'], 11) << 1)),
    ];

    // The base is the address of the instruction, aligned; the decoder's caller knows it and makes it part of the offset.
    private static Instruction LiteralLoad(Op op, uint t, uint offset) =>
        t == 15 && op == Op.Ldr
            ? Of(Op.LoadPc, n: Instruction.Zero, imm: offset, traits: X)
            : Of(op, t, Instruction.Zero, imm: offset, traits: X);

    // ADR. Arm A7.7.7; as a move of a constant.
    private static Instruction PcRelative(uint d, uint offset) => Immediate(Op.Mov, d, Instruction.Zero, offset, false, traits: X);

    private static Instruction StoreMultiple(uint n, uint list, bool writeBack, bool decrement) =>
        Of(Op.Stm, n: n, imm: list, traits: (writeBack ? WriteBack : 0) | (decrement ? Subtract : 0));

    private static Instruction LoadMultiple(uint n, uint list, bool writeBack, bool decrement) =>
        Of(Op.Ldm, n: n, imm: list, traits: (writeBack ? WriteBack : 0) | (decrement ? Subtract : 0));

    private static Instruction Hint(uint hint) => Of(hint switch
    {
        2 => Op.Wfe,
        3 => Op.Wfi,
        4 => Op.Sev,
        _ => Op.Nop,
    });
}
