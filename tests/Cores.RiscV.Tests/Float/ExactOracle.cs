// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>
/// Floating-point results by definition: exact rational arithmetic, then a search for the two neighbours in the format.
/// Slow, and shares nothing with the core.
/// </summary>
/// <param name="fractionBits">Bits of the fraction field.</param>
/// <param name="exponentBits">Bits of the exponent field.</param>
internal sealed class ExactOracle(int fractionBits, int exponentBits)
{
    private int MinimumExponent => 2 - (1 << (exponentBits - 1)) - fractionBits; // of the lowest bit of a subnormal

    private ulong InfinityBits => ((1UL << exponentBits) - 1) << fractionBits;

    /// <summary>A finite number as integer * 2^exponent.</summary>
    public (BigInteger Integer, int Exponent) Value(ulong bits)
    {
        var field = (int)(bits >> fractionBits) & ((1 << exponentBits) - 1);
        var fraction = bits & ((1UL << fractionBits) - 1);
        var magnitude = field == 0 ? fraction : fraction | 1UL << fractionBits;
        var isNegative = (bits >> (fractionBits + exponentBits) & 1) != 0;
        return (isNegative ? -(BigInteger)magnitude : magnitude, MinimumExponent + Math.Max(field, 1) - 1);
    }

    /// <summary>
    /// Rounds a positive numerator / denominator * 2^exponent; result without sign, and the flags.
    /// </summary>
    public (ulong Bits, uint Flags) Round(BigInteger numerator, BigInteger denominator, int exponent, bool isNegative, RoundingMode mode)
    {
        // In units of the smallest subnormal the magnitudes of the format are those whose bits beyond the precision are zero.
        var shift = exponent - MinimumExponent;
        if (shift >= 0) numerator <<= shift;
        else denominator <<= -shift;
        var bounded = RoundUnits(numerator, denominator, fractionBits + 1, isNegative, mode, out var isInexact);
        var flags = isInexact ? FloatFlags.Inexact : 0;
        if (isInexact && bounded.GetBitLength() <= fractionBits + 1 && IsTiny(numerator, denominator, isNegative, mode)) flags |= FloatFlags.Underflow;
        return Encode(bounded, isNegative, mode, flags);
    }

    // After rounding as if the exponent had no lower bound: scaled up far enough, no number is subnormal.
    private bool IsTiny(BigInteger numerator, BigInteger denominator, bool isNegative, RoundingMode mode)
    {
        const int scale = 4096;
        var unbounded = RoundUnits(numerator << scale, denominator, fractionBits + 1, isNegative, mode, out _);
        return unbounded < BigInteger.One << (fractionBits + scale);
    }

    private static BigInteger RoundUnits(
        BigInteger numerator, BigInteger denominator, int precision, bool isNegative, RoundingMode mode, out bool isInexact)
    {
        var whole = BigInteger.Divide(numerator, denominator);
        var unit = BigInteger.One << (int)Math.Max(0, (long)whole.GetBitLength() - precision);
        var below = whole / unit * unit;
        var rest = numerator - below * denominator; // of unit * denominator
        isInexact = !rest.IsZero;
        var half = (rest * 2).CompareTo(unit * denominator);
        var isOdd = !(below / unit).IsEven;
        var up = mode switch
        {
            RoundingMode.NearestEven => half > 0 || (half == 0 && isOdd),
            RoundingMode.NearestMaximumMagnitude => half >= 0 && isInexact,
            RoundingMode.Up => !isNegative && isInexact,
            RoundingMode.Down => isNegative && isInexact,
            _ => false,
        };
        return up ? below + unit : below;
    }

    private (ulong Bits, uint Flags) Encode(BigInteger units, bool isNegative, RoundingMode mode, uint flags)
    {
        var sign = isNegative ? 1UL << (fractionBits + exponentBits) : 0;
        var length = (int)units.GetBitLength();
        var bits = length <= fractionBits
            ? (ulong)units
            : ((ulong)(length - fractionBits) << fractionBits) + (ulong)((units >> (length - fractionBits - 1)) - (BigInteger.One << fractionBits));
        if (length - fractionBits < (1 << exponentBits) - 1) return (sign | bits, flags);
        var toInfinity = mode switch
        {
            RoundingMode.TowardZero => false,
            RoundingMode.Up => !isNegative,
            RoundingMode.Down => isNegative,
            _ => true,
        };
        return (sign | (toInfinity ? InfinityBits : InfinityBits - 1), FloatFlags.Overflow | FloatFlags.Inexact);
    }
}
