// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace EdgeHypervisor.Translation.FloatingPoint;

/// <summary>
/// A floating-point number taken apart: significand / 2^63 * 2^exponent, with the leading one of the significand in
/// bit 63, for normal and subnormal numbers alike.
/// </summary>
public readonly record struct Unpacked(FloatClass Class, bool IsNegative, int Exponent, ulong Significand)
{
    /// <summary>Takes the bits of a format apart.</summary>
    public static Unpacked From<TFormat>(ulong bits)
        where TFormat : struct, IFloatFormat
    {
        var maximum = (1 << TFormat.ExponentBits) - 1;
        var isNegative = (bits >> (TFormat.FractionBits + TFormat.ExponentBits) & 1) != 0;
        var exponent = (int)(bits >> TFormat.FractionBits) & maximum;
        var fraction = bits & ((1UL << TFormat.FractionBits) - 1);
        if (exponent == maximum) return Special<TFormat>(isNegative, fraction);
        if (exponent == 0 && fraction == 0) return new Unpacked(FloatClass.Zero, isNegative, 0, 0);
        var significand = exponent == 0 ? fraction : fraction | 1UL << TFormat.FractionBits;
        var shift = BitOperations.LeadingZeroCount(significand);
        // The one above the fraction has the weight of the exponent; the subnormals' exponent is that of 1.
        var weight = Math.Max(exponent, 1) - (maximum >> 1) + (63 - TFormat.FractionBits);
        return new Unpacked(FloatClass.Finite, isNegative, weight - shift, significand << shift);
    }

    /// <summary>Whether it is a NaN of either kind.</summary>
    public bool IsNaN => Class >= FloatClass.QuietNaN;

    private static Unpacked Special<TFormat>(bool isNegative, ulong fraction)
        where TFormat : struct, IFloatFormat
    {
        if (fraction == 0) return new Unpacked(FloatClass.Infinity, isNegative, 0, 0);
        var isQuiet = fraction >> (TFormat.FractionBits - 1) != 0;
        return new Unpacked(isQuiet ? FloatClass.QuietNaN : FloatClass.SignalingNaN, isNegative, 0, 0);
    }
}
