// SPDX-License-Identifier: Apache-2.0
using static EdgeHypervisor.Cores.RiscV.FloatOperations;

namespace EdgeHypervisor.Cores.RiscV;

internal sealed unsafe partial class HandlerTableOf<TXlen, TMemory>
{
    private void SetSingle()
    {
        Set(Op.Flw, &FloatHandlers.Load<TXlen, TMemory, MemoryFormats.BoxedWord, Long>, &FloatHandlers.Load<TXlen, TMemory, MemoryFormats.BoxedWord, Short>);
        Set(Op.Fsw, &FloatHandlers.Store<TXlen, TMemory, MemoryFormats.Word, Long>, &FloatHandlers.Store<TXlen, TMemory, MemoryFormats.Word, Short>);
        SetCommon<Float32>(Op.FmaddS, Op.FsgnjS, Op.FeqS);
        Set(Op.FcvtWS, &FloatHandlers.ToInteger<ToSigned<Float32, Word>>);
        Set(Op.FcvtWuS, &FloatHandlers.ToInteger<ToUnsigned<Float32, Word>>);
        Set(Op.FcvtLS, &FloatHandlers.ToInteger<ToSigned<Float32, DoubleWord>>);
        Set(Op.FcvtLuS, &FloatHandlers.ToInteger<ToUnsigned<Float32, DoubleWord>>);
        Set(Op.FcvtSW, &FloatHandlers.FromInteger<FromSigned<Float32, Word>>);
        Set(Op.FcvtSWu, &FloatHandlers.FromInteger<FromUnsigned<Float32, Word>>);
        Set(Op.FcvtSL, &FloatHandlers.FromInteger<FromSigned<Float32, DoubleWord>>);
        Set(Op.FcvtSLu, &FloatHandlers.FromInteger<FromUnsigned<Float32, DoubleWord>>);
        Set(Op.FmvXW, &FloatHandlers.ToInteger<MoveBits<Word>>);
        Set(Op.FmvWX, &FloatHandlers.FromInteger<BoxBits<Float32, Word>>);
    }

    private void SetDouble()
    {
        Set(Op.Fld, &FloatHandlers.Load<TXlen, TMemory, MemoryFormats.DoubleWord, Long>, &FloatHandlers.Load<TXlen, TMemory, MemoryFormats.DoubleWord, Short>);
        Set(Op.Fsd, &FloatHandlers.Store<TXlen, TMemory, MemoryFormats.DoubleWord, Long>, &FloatHandlers.Store<TXlen, TMemory, MemoryFormats.DoubleWord, Short>);
        SetCommon<Float64>(Op.FmaddD, Op.FsgnjD, Op.FeqD);
        Set(Op.FcvtSD, &FloatHandlers.ToFloat<Convert<Float32, Float64>>);
        Set(Op.FcvtDS, &FloatHandlers.ToFloat<Convert<Float64, Float32>>);
        Set(Op.FcvtWD, &FloatHandlers.ToInteger<ToSigned<Float64, Word>>);
        Set(Op.FcvtWuD, &FloatHandlers.ToInteger<ToUnsigned<Float64, Word>>);
        Set(Op.FcvtLD, &FloatHandlers.ToInteger<ToSigned<Float64, DoubleWord>>);
        Set(Op.FcvtLuD, &FloatHandlers.ToInteger<ToUnsigned<Float64, DoubleWord>>);
        Set(Op.FcvtDW, &FloatHandlers.FromInteger<FromSigned<Float64, Word>>);
        Set(Op.FcvtDWu, &FloatHandlers.FromInteger<FromUnsigned<Float64, Word>>);
        Set(Op.FcvtDL, &FloatHandlers.FromInteger<FromSigned<Float64, DoubleWord>>);
        Set(Op.FcvtDLu, &FloatHandlers.FromInteger<FromUnsigned<Float64, DoubleWord>>);
        Set(Op.FmvXD, &FloatHandlers.ToInteger<MoveBits<DoubleWord>>);
        Set(Op.FmvDX, &FloatHandlers.FromInteger<BoxBits<Float64, DoubleWord>>);
    }

    // F and D list these in the same order: FMADD to FSQRT, FSGNJ to FMAX, FEQ to FCLASS.
    private void SetCommon<TFormat>(Op fused, Op signs, Op comparisons)
        where TFormat : struct, IBoxedFormat
    {
        Set(fused, &FloatHandlers.Fused<TFormat, MultiplyAdd>);
        Set(fused + 1, &FloatHandlers.Fused<TFormat, MultiplySubtract>);
        Set(fused + 2, &FloatHandlers.Fused<TFormat, NegatedMultiplySubtract>);
        Set(fused + 3, &FloatHandlers.Fused<TFormat, NegatedMultiplyAdd>);
        Set(fused + 4, &FloatHandlers.Arithmetic<TFormat, FloatArithmetic.Add>);
        Set(fused + 5, &FloatHandlers.Arithmetic<TFormat, FloatArithmetic.Subtract>);
        Set(fused + 6, &FloatHandlers.Arithmetic<TFormat, FloatArithmetic.Multiply>);
        Set(fused + 7, &FloatHandlers.Arithmetic<TFormat, FloatArithmetic.Divide>);
        Set(fused + 8, &FloatHandlers.Arithmetic<TFormat, FloatArithmetic.SquareRoot>);
        Set(signs, &FloatHandlers.ToFloat<CopySign<TFormat>>);
        Set(signs + 1, &FloatHandlers.ToFloat<CopyNegatedSign<TFormat>>);
        Set(signs + 2, &FloatHandlers.ToFloat<MultiplySign<TFormat>>);
        Set(signs + 3, &FloatHandlers.ToFloat<Minimum<TFormat>>);
        Set(signs + 4, &FloatHandlers.ToFloat<Maximum<TFormat>>);
        Set(comparisons, &FloatHandlers.ToInteger<Equal<TFormat>>);
        Set(comparisons + 1, &FloatHandlers.ToInteger<Less<TFormat>>);
        Set(comparisons + 2, &FloatHandlers.ToInteger<LessOrEqual<TFormat>>);
        Set(comparisons + 3, &FloatHandlers.ToInteger<Classify<TFormat>>);
    }
}
