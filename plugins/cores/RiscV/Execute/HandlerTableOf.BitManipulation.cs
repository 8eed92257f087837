// SPDX-License-Identifier: Apache-2.0
using static EdgeHypervisor.Cores.RiscV.BitManipulation;

namespace EdgeHypervisor.Cores.RiscV;

internal sealed unsafe partial class HandlerTableOf<TXlen, TMemory>
{
    private void SetAddresses()
    {
        Set(Op.Sh1add, &Alu.Registers<ShiftAdd1<TXlen>, Long>);
        Set(Op.Sh2add, &Alu.Registers<ShiftAdd2<TXlen>, Long>);
        Set(Op.Sh3add, &Alu.Registers<ShiftAdd3<TXlen>, Long>);
        Set(Op.AddUw, &Alu.Registers<AddUnsignedWord, Long>);
        Set(Op.Sh1addUw, &Alu.Registers<ShiftAdd1UnsignedWord, Long>);
        Set(Op.Sh2addUw, &Alu.Registers<ShiftAdd2UnsignedWord, Long>);
        Set(Op.Sh3addUw, &Alu.Registers<ShiftAdd3UnsignedWord, Long>);
        Set(Op.SlliUw, &Alu.Immediate<ShiftUnsignedWord, Long>);
    }

    private void SetBasicBits()
    {
        Set(Op.Andn, &Alu.Registers<AndNot, Long>);
        Set(Op.Orn, &Alu.Registers<OrNot, Long>);
        Set(Op.Xnor, &Alu.Registers<ExclusiveNor, Long>);
        Set(Op.Clz, &Alu.Register<CountLeadingZeros<TXlen>>);
        Set(Op.Ctz, &Alu.Register<CountTrailingZeros<TXlen>>);
        Set(Op.Cpop, &Alu.Register<CountOnes<TXlen>>);
        Set(Op.Max, &Alu.Registers<Atomics.Maximum, Long>);
        Set(Op.Maxu, &Alu.Registers<Atomics.MaximumUnsigned, Long>);
        Set(Op.Min, &Alu.Registers<Atomics.Minimum, Long>);
        Set(Op.Minu, &Alu.Registers<Atomics.MinimumUnsigned, Long>);
        Set(Op.SextB, &Alu.Register<SignExtendByte>);
        Set(Op.SextH, &Alu.Register<SignExtendHalf>);
        Set(Op.ZextH, &Alu.Register<ZeroExtendHalf>);
        Set(Op.Rol, &Alu.Registers<RotateLeft<TXlen>, Long>);
        Set(Op.Ror, &Alu.Registers<RotateRight<TXlen>, Long>);
        Set(Op.Rori, &Alu.Immediate<RotateRight<TXlen>, Long>);
        Set(Op.OrcB, &Alu.Register<OrCombineBytes<TXlen>>);
        Set(Op.Rev8, &Alu.Register<ReverseBytes<TXlen>>);
        Set(Op.Clzw, &Alu.Register<CountLeadingZeros<Word>>);
        Set(Op.Ctzw, &Alu.Register<CountTrailingZeros<Word>>);
        Set(Op.Cpopw, &Alu.Register<CountOnes<Word>>);
        Set(Op.Rolw, &Alu.Registers<RotateLeft<Word>, Long>);
        Set(Op.Rorw, &Alu.Registers<RotateRight<Word>, Long>);
        Set(Op.Roriw, &Alu.Immediate<RotateRight<Word>, Long>);
    }

    private void SetSingleBits()
    {
        Set(Op.Bclr, &Alu.Registers<ClearBit<TXlen>, Long>);
        Set(Op.Bclri, &Alu.Immediate<ClearBit<TXlen>, Long>);
        Set(Op.Bext, &Alu.Registers<ExtractBit<TXlen>, Long>);
        Set(Op.Bexti, &Alu.Immediate<ExtractBit<TXlen>, Long>);
        Set(Op.Binv, &Alu.Registers<InvertBit<TXlen>, Long>);
        Set(Op.Binvi, &Alu.Immediate<InvertBit<TXlen>, Long>);
        Set(Op.Bset, &Alu.Registers<SetBit<TXlen>, Long>);
        Set(Op.Bseti, &Alu.Immediate<SetBit<TXlen>, Long>);
        Set(Op.CzeroEqz, &Alu.Registers<ZeroIfZero, Long>);
        Set(Op.CzeroNez, &Alu.Registers<ZeroUnlessZero, Long>);
    }
}
