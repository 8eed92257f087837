// SPDX-License-Identifier: Apache-2.0
using static EdgeHypervisor.Cores.CortexM.Build;
using static EdgeHypervisor.Cores.CortexM.InstructionTraits;

namespace EdgeHypervisor.Cores.CortexM;

/// <content>32-bit loads and stores. Arm A5.3.5 to A5.3.10.</content>
internal static partial class EncodingTable
{
    private static IEnumerable<Encoding> WideMemory() =>
    [
        Row(Level.V7, "1110 100 0 10 w 0 nnnn rrrrrrrrrrrrrrrr", f => StoreMultiple(f['n'], f['r'], f.Bit('w'), decrement: false)),
        Row(Level.V7, "1110 100 0 10 w 1 nnnn rrrrrrrrrrrrrrrr", f => LoadMultiple(f['n'], f['r'], f.Bit('w'), decrement: false)),
        Row(Level.V7, "1110 100 1 00 w 0 nnnn rrrrrrrrrrrrrrrr", f => StoreMultiple(f['n'], f['r'], f.Bit('w'), decrement: true)),
        Row(Level.V7, "1110 100 1 00 w 1 nnnn rrrrrrrrrrrrrrrr", f => LoadMultiple(f['n'], f['r'], f.Bit('w'), decrement: true)),

        Row(Level.V7, "1110 100 0 0100 nnnn tttt dddd iiiiiiii", f => Of(Op.Strex, f['d'], f['n'], f['t'], imm: f['i'] << 2)),
        Row(Level.V7, "1110 100 0 0101 nnnn tttt xxxx iiiiiiii", f => Of(Op.Ldrex, f['t'], f['n'], imm: f['i'] << 2)),
        Row(Level.V7, "1110 100 0 1100 nnnn tttt xxxx 0100 dddd", f => Of(Op.Strexb, f['d'], f['n'], f['t'])),
        Row(Level.V7, "1110 100 0 1100 nnnn tttt xxxx 0101 dddd", f => Of(Op.Strexh, f['d'], f['n'], f['t'])),
        Row(Level.V7, "1110 100 0 1101 nnnn xxxx xxxx 0000 mmmm", f => Finish(Of(Op.Tbb, n: f['n'], m: f['m']))),
        Row(Level.V7, "1110 100 0 1101 nnnn xxxx xxxx 0001 mmmm", f => Finish(Of(Op.Tbh, n: f['n'], m: f['m']))),
        Row(Level.V7, "1110 100 0 1101 nnnn tttt xxxx 0100 xxxx", f => Of(Op.Ldrexb, f['t'], f['n'])),
        Row(Level.V7, "1110 100 0 1101 nnnn tttt xxxx 0101 xxxx", f => Of(Op.Ldrexh, f['t'], f['n'])),
        Row(Level.V7, "1110 100 p u 1 w 0 nnnn tttt ssss iiiiiiii", f => Dual(Op.Strd, f)),
        Row(Level.V7, "1110 100 p u 1 w 1 nnnn tttt ssss iiiiiiii", f => Dual(Op.Ldrd, f)),

        Row(Level.V7, "1111 100 0 1 00 0 nnnn tttt iiiiiiiiiiii", f => WideStore(Op.Strb, f, f['i'])),
        Row(Level.V7, "1111 100 0 1 01 0 nnnn tttt iiiiiiiiiiii", f => WideStore(Op.Strh, f, f['i'])),
        Row(Level.V7, "1111 100 0 1 10 0 nnnn tttt iiiiiiiiiiii", f => WideStore(Op.Str, f, f['i'])),
        Row(Level.V7, "1111 100 0 0 00 0 nnnn tttt 1 puw iiiiiiii", f => WideIndexed(Op.Strb, f)),
        Row(Level.V7, "1111 100 0 0 01 0 nnnn tttt 1 puw iiiiiiii", f => WideIndexed(Op.Strh, f)),
        Row(Level.V7, "1111 100 0 0 10 0 nnnn tttt 1 puw iiiiiiii", f => WideIndexed(Op.Str, f)),
        Row(Level.V7, "1111 100 0 0 00 0 nnnn tttt 000000 ii mmmm", f => WideRegister(Op.Strb, f)),
        Row(Level.V7, "1111 100 0 0 01 0 nnnn tttt 000000 ii mmmm", f => WideRegister(Op.Strh, f)),
        Row(Level.V7, "1111 100 0 0 10 0 nnnn tttt 000000 ii mmmm", f => WideRegister(Op.Str, f)),

        .. WideLoads("0 {0} 00", Op.Ldrb), .. WideLoads("0 {0} 01", Op.Ldrh), .. WideLoads("0 {0} 10", Op.Ldr),
        .. WideLoads("1 {0} 00", Op.Ldrsb), .. WideLoads("1 {0} 01", Op.Ldrsh),
    ];

    private static IEnumerable<Encoding> WideLoads(string kind, Op op)
    {
        var (any, plain, indexed) = (kind.Replace("{0}", "u"), kind.Replace("{0}", "1"), kind.Replace("{0}", "0"));
        yield return Row(Level.V7, $"1111 100 {any} 1 1111 tttt iiiiiiiiiiii", f => Hinted(op, f['t'], () => LiteralLoad(op, f['t'], f.Bit('u') ? f['i'] : 0 - f['i'])));
        yield return Row(Level.V7, $"1111 100 {plain} 1 nnnn tttt iiiiiiiiiiii", f => Hinted(op, f['t'], () => ToPcOr(op, f['t'], Memory(op, f['t'], f['n'], f['i']))));
        yield return Row(Level.V7, $"1111 100 {indexed} 1 nnnn tttt 1 puw iiiiiiii", f =>
            f['t'] == 15 && op != Op.Ldr && f.Bit('p') && !f.Bit('u') && !f.Bit('w') ? Of(Op.Nop) : ToPcOr(op, f['t'], WideIndexed(op, f)));
        yield return Row(Level.V7, $"1111 100 {indexed} 1 nnnn tttt 000000 ii mmmm", f => Hinted(op, f['t'], () => ToPcOr(op, f['t'], WideRegister(op, f))));
    }

    // A narrow load into r15 is a hint to preload, which does nothing here. Arm A5.3.8, A5.3.9.
    private static Instruction Hinted(Op op, uint t, Func<Instruction> build) => t == 15 && op != Op.Ldr ? Of(Op.Nop) : build();

    // A word loaded into r15 is a jump; the plain form goes into Ra as an Op.
    private static Instruction ToPcOr(Op op, uint t, Instruction i)
    {
        if (t != 15 || op != Op.Ldr || i.Op == Op.Undefined) return i;
        return i with { Handler = HandlerIndex.Of(Op.LoadPc), Inner = i.Handler };
    }

    private static Instruction WideStore(Op op, Encoding.Fields f, uint offset) => f['n'] == 15 ? Undefined() : Memory(op, f['t'], f['n'], offset);

    private static Instruction WideIndexed(Op op, Encoding.Fields f) =>
        f['n'] == 15 ? Undefined() : MemoryIndexed(op, f['t'], f['n'], f['i'], f.Bit('p'), f.Bit('u'), f.Bit('w'));

    private static Instruction WideRegister(Op op, Encoding.Fields f) =>
        f['n'] == 15 ? Undefined() : MemoryRegister(op, f['t'], f['n'], f['m'], f['i']);

    private static Instruction Dual(Op op, Encoding.Fields f)
    {
        if (!f.Bit('p') && !f.Bit('w')) return Undefined();
        var offset = f.Bit('u') ? f['i'] << 2 : 0 - (f['i'] << 2);
        var traits = (f.Bit('w') ? WriteBack : 0) | (f.Bit('p') ? 0 : PostIndexed);
        return f['n'] == 15
            ? Of(op, f['t'], Instruction.Zero, a: f['s'], imm: offset, traits: X)
            : Of(op, f['t'], f['n'], a: f['s'], imm: offset, traits: traits);
    }
}
