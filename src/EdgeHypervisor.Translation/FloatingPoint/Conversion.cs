// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace EdgeHypervisor.Translation.FloatingPoint;

/// <summary>Between formats and integers. IEEE 754-2019, clauses 5.4.1, 5.4.2 and 5.8.</summary>
public static unsafe class Conversion<TFormat>
    where TFormat : struct, IFloatFormat
{
    /// <summary>From a signed integer.</summary>
    public static ulong FromSigned(long value, RoundingMode mode, uint* flags) =>
        FromMagnitude(value < 0, value < 0 ? 0 - (ulong)value : (ulong)value, mode, flags);

    /// <summary>From an unsigned integer.</summary>
    public static ulong FromUnsigned(ulong value, RoundingMode mode, uint* flags) => FromMagnitude(false, value, mode, flags);

    /// <summary>From another format.</summary>
    public static ulong From<TSource>(ulong bits, RoundingMode mode, uint* flags)
        where TSource : struct, IFloatFormat
    {
        var value = Unpacked.From<TSource>(bits);
        switch (value.Class)
        {
            case FloatClass.Zero: return Rounding<TFormat>.Zero(value.IsNegative);
            case FloatClass.Infinity: return Rounding<TFormat>.Infinity(value.IsNegative);
            case FloatClass.Finite: return Rounding<TFormat>.Round(value.IsNegative, value.Exponent, value.Significand, mode, flags);
        }
        if (value.Class == FloatClass.SignalingNaN) *flags |= FloatFlags.Invalid;
        if (!TFormat.KeepsNaN) return Rounding<TFormat>.NaN;
        // The payload's upper bits and the sign go on, and the result is quiet.
        var payload = bits << (64 - TSource.FractionBits) >> (64 - TFormat.FractionBits);
        return Rounding<TFormat>.Sign(value.IsNegative) | Rounding<TFormat>.NaN | payload;
    }

    /// <summary>To a signed integer; what does not fit saturates and is invalid, and so is NaN.</summary>
    public static long ToSigned(ulong bits, int width, RoundingMode mode, uint* flags)
    {
        var value = Unpacked.From<TFormat>(bits);
        var limit = 1UL << (width - 1);
        if (value.IsNaN) return Saturate(TFormat.NaNIsIntegerZero ? 0 : (long)(limit - 1), flags);
        if (!TryRoundToInteger(value, mode, out var magnitude, out var isInexact) || magnitude > (value.IsNegative ? limit : limit - 1))
            return Saturate(value.IsNegative ? -(long)(limit - 1) - 1 : (long)(limit - 1), flags);
        if (isInexact) *flags |= FloatFlags.Inexact;
        return value.IsNegative ? (long)(0 - magnitude) : (long)magnitude;
    }

    /// <summary>To an unsigned integer; negative numbers that do not round to zero are invalid and give zero.</summary>
    public static ulong ToUnsigned(ulong bits, int width, RoundingMode mode, uint* flags)
    {
        var value = Unpacked.From<TFormat>(bits);
        var maximum = ulong.MaxValue >> (64 - width);
        if (value.IsNaN) return (ulong)Saturate(TFormat.NaNIsIntegerZero ? 0 : (long)maximum, flags);
        var fits = TryRoundToInteger(value, mode, out var magnitude, out var isInexact);
        if (value.IsNegative && (!fits || magnitude != 0)) return (ulong)Saturate(0, flags);
        if (!fits || magnitude > maximum) return (ulong)Saturate((long)maximum, flags);
        if (isInexact) *flags |= FloatFlags.Inexact;
        return magnitude;
    }

    private static long Saturate(long value, uint* flags)
    {
        *flags |= FloatFlags.Invalid;
        return value;
    }

    private static ulong FromMagnitude(bool isNegative, ulong magnitude, RoundingMode mode, uint* flags)
    {
        if (magnitude == 0) return Rounding<TFormat>.Zero(false);
        var shift = BitOperations.LeadingZeroCount(magnitude);
        return Rounding<TFormat>.Round(isNegative, 63 - shift, magnitude << shift, mode, flags);
    }

    // The integer part lies above bit 64 of a 128-bit number, the fraction below it; false beyond 64 bits.
    private static bool TryRoundToInteger(Unpacked value, RoundingMode mode, out ulong magnitude, out bool isInexact)
    {
        (magnitude, isInexact) = (0, false);
        if (value.Class == FloatClass.Zero) return true;
        if (value.Class == FloatClass.Infinity || value.Exponent > 63) return false;
        var wide = Rounding<TFormat>.ShiftRightSticky((UInt128)value.Significand << 64, 63 - value.Exponent);
        magnitude = (ulong)(wide >> 64);
        var fraction = (ulong)wide;
        isInexact = fraction != 0;
        if (!RoundsUp(value.IsNegative, magnitude, fraction, mode)) return true;
        magnitude++;
        return magnitude != 0;
    }

    private static bool RoundsUp(bool isNegative, ulong magnitude, ulong fraction, RoundingMode mode)
    {
        const ulong half = 1UL << 63;
        return mode switch
        {
            RoundingMode.NearestEven => fraction > half || (fraction == half && (magnitude & 1) != 0),
            RoundingMode.NearestMaximumMagnitude => fraction >= half,
            RoundingMode.Down => isNegative && fraction != 0,
            RoundingMode.Up => !isNegative && fraction != 0,
            _ => false,
        };
    }
}
