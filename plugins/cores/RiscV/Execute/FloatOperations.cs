// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>What the instructions of F and D compute that do not go through <see cref="FloatArithmetic"/>.</summary>
internal static unsafe class FloatOperations
{
    public readonly struct CopySign<TFormat> : IFloatOperation where TFormat : struct, IBoxedFormat
    {
        public static ulong Apply(ulong a, ulong b, RoundingMode mode, uint* flags) =>
            TFormat.Box((TFormat.Unbox(a) & ~SignBit<TFormat>()) | (TFormat.Unbox(b) & SignBit<TFormat>()));
    }

    public readonly struct CopyNegatedSign<TFormat> : IFloatOperation where TFormat : struct, IBoxedFormat
    {
        public static ulong Apply(ulong a, ulong b, RoundingMode mode, uint* flags) =>
            TFormat.Box((TFormat.Unbox(a) & ~SignBit<TFormat>()) | (~TFormat.Unbox(b) & SignBit<TFormat>()));
    }

    public readonly struct MultiplySign<TFormat> : IFloatOperation where TFormat : struct, IBoxedFormat
    {
        public static ulong Apply(ulong a, ulong b, RoundingMode mode, uint* flags) =>
            TFormat.Box(TFormat.Unbox(a) ^ (TFormat.Unbox(b) & SignBit<TFormat>()));
    }

    public readonly struct Minimum<TFormat> : IFloatOperation where TFormat : struct, IBoxedFormat
    {
        public static ulong Apply(ulong a, ulong b, RoundingMode mode, uint* flags) =>
            TFormat.Box(FloatComparison<TFormat>.Minimum(TFormat.Unbox(a), TFormat.Unbox(b), flags));
    }

    public readonly struct Maximum<TFormat> : IFloatOperation where TFormat : struct, IBoxedFormat
    {
        public static ulong Apply(ulong a, ulong b, RoundingMode mode, uint* flags) =>
            TFormat.Box(FloatComparison<TFormat>.Maximum(TFormat.Unbox(a), TFormat.Unbox(b), flags));
    }

    public readonly struct Equal<TFormat> : IFloatOperation where TFormat : struct, IBoxedFormat
    {
        public static ulong Apply(ulong a, ulong b, RoundingMode mode, uint* flags) =>
            FloatComparison<TFormat>.IsEqual(TFormat.Unbox(a), TFormat.Unbox(b), flags) ? 1UL : 0;
    }

    public readonly struct Less<TFormat> : IFloatOperation where TFormat : struct, IBoxedFormat
    {
        public static ulong Apply(ulong a, ulong b, RoundingMode mode, uint* flags) =>
            FloatComparison<TFormat>.IsLess(TFormat.Unbox(a), TFormat.Unbox(b), flags) ? 1UL : 0;
    }

    public readonly struct LessOrEqual<TFormat> : IFloatOperation where TFormat : struct, IBoxedFormat
    {
        public static ulong Apply(ulong a, ulong b, RoundingMode mode, uint* flags) =>
            FloatComparison<TFormat>.IsLessOrEqual(TFormat.Unbox(a), TFormat.Unbox(b), flags) ? 1UL : 0;
    }

    public readonly struct Classify<TFormat> : IFloatOperation where TFormat : struct, IBoxedFormat
    {
        public static ulong Apply(ulong a, ulong b, RoundingMode mode, uint* flags) =>
            FloatClassification.Of<TFormat>(TFormat.Unbox(a));
    }

    public readonly struct Convert<TTo, TFrom> : IFloatOperation
        where TTo : struct, IBoxedFormat
        where TFrom : struct, IBoxedFormat
    {
        public static ulong Apply(ulong a, ulong b, RoundingMode mode, uint* flags) =>
            TTo.Box(Conversion<TTo>.From<TFrom>(TFrom.Unbox(a), mode, flags));
    }

    public readonly struct ToSigned<TFormat, TWidth> : IFloatOperation
        where TFormat : struct, IBoxedFormat
        where TWidth : struct, IWidth
    {
        public static ulong Apply(ulong a, ulong b, RoundingMode mode, uint* flags) =>
            TWidth.Result((ulong)Conversion<TFormat>.ToSigned(TFormat.Unbox(a), TWidth.Bits, mode, flags));
    }

    public readonly struct ToUnsigned<TFormat, TWidth> : IFloatOperation
        where TFormat : struct, IBoxedFormat
        where TWidth : struct, IWidth
    {
        public static ulong Apply(ulong a, ulong b, RoundingMode mode, uint* flags) =>
            TWidth.Result(Conversion<TFormat>.ToUnsigned(TFormat.Unbox(a), TWidth.Bits, mode, flags));
    }

    public readonly struct FromSigned<TFormat, TWidth> : IFloatOperation
        where TFormat : struct, IBoxedFormat
        where TWidth : struct, IWidth
    {
        public static ulong Apply(ulong a, ulong b, RoundingMode mode, uint* flags) =>
            TFormat.Box(Conversion<TFormat>.FromSigned(TWidth.Signed(a), mode, flags));
    }

    public readonly struct FromUnsigned<TFormat, TWidth> : IFloatOperation
        where TFormat : struct, IBoxedFormat
        where TWidth : struct, IWidth
    {
        public static ulong Apply(ulong a, ulong b, RoundingMode mode, uint* flags) =>
            TFormat.Box(Conversion<TFormat>.FromUnsigned(TWidth.Unsigned(a), mode, flags));
    }

    /// <summary>FMV.X: the register's low bits, whatever they are boxed in.</summary>
    public readonly struct MoveBits<TWidth> : IFloatOperation where TWidth : struct, IWidth
    {
        public static ulong Apply(ulong a, ulong b, RoundingMode mode, uint* flags) => TWidth.Result(a);
    }

    /// <summary>FMV to a floating-point register: boxes.</summary>
    public readonly struct BoxBits<TFormat, TWidth> : IFloatOperation
        where TFormat : struct, IBoxedFormat
        where TWidth : struct, IWidth
    {
        public static ulong Apply(ulong a, ulong b, RoundingMode mode, uint* flags) => TFormat.Box(TWidth.Unsigned(a));
    }

    public readonly struct MultiplyAdd : IFusedSigns
    {
        public static bool NegatesProduct => false;

        public static bool NegatesAddend => false;
    }

    public readonly struct MultiplySubtract : IFusedSigns
    {
        public static bool NegatesProduct => false;

        public static bool NegatesAddend => true;
    }

    public readonly struct NegatedMultiplySubtract : IFusedSigns
    {
        public static bool NegatesProduct => true;

        public static bool NegatesAddend => false;
    }

    public readonly struct NegatedMultiplyAdd : IFusedSigns
    {
        public static bool NegatesProduct => true;

        public static bool NegatesAddend => true;
    }

    private static ulong SignBit<TFormat>() where TFormat : struct, IBoxedFormat => Rounding<TFormat>.Sign(true);
}
