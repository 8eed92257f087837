// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation.FloatingPoint;

/// <summary>From exact results to the nearest representable ones. IEEE 754-2019, clauses 4.3 and 7.</summary>
/// <typeparam name="TFormat">The format of the result.</typeparam>
public static unsafe class Rounding<TFormat>
    where TFormat : struct, IFloatFormat
{
    private static int MaximumExponent => (1 << TFormat.ExponentBits) - 1;

    private static int Bias => MaximumExponent >> 1;

    /// <summary>Bits of a 64-bit significand that a normal number has no room for.</summary>
    private static int Excess => 63 - TFormat.FractionBits;

    /// <summary>The quiet NaN that every operation gives.</summary>
    public static ulong NaN => (ulong)MaximumExponent << TFormat.FractionBits | 1UL << (TFormat.FractionBits - 1);

    /// <summary>An infinity.</summary>
    public static ulong Infinity(bool isNegative) => Sign(isNegative) | (ulong)MaximumExponent << TFormat.FractionBits;

    /// <summary>A zero.</summary>
    public static ulong Zero(bool isNegative) => Sign(isNegative);

    /// <summary>The sign bit.</summary>
    public static ulong Sign(bool isNegative) => isNegative ? 1UL << (TFormat.FractionBits + TFormat.ExponentBits) : 0;

    /// <summary>The invalid operation: raises its flag.</summary>
    public static ulong Invalid(uint* flags)
    {
        *flags |= FloatFlags.Invalid;
        return NaN;
    }

    /// <summary>
    /// Rounds significand / 2^63 * 2^exponent, where bit 63 of the significand is set and its lowest bit also stands
    /// for everything below it.
    /// </summary>
    public static ulong Round(bool isNegative, int exponent, ulong significand, RoundingMode mode, uint* flags)
    {
        var biased = exponent + Bias;
        if (biased <= 0) return RoundSubnormal(isNegative, biased, significand, mode, flags);
        var magnitude = Increment(significand, isNegative, mode, out var isInexact);
        // Adding instead of or-ing lets a carry out of the significand become the next exponent.
        var bits = ((ulong)(biased - 1) << TFormat.FractionBits) + magnitude;
        if (biased >= MaximumExponent || bits >> TFormat.FractionBits >= (ulong)MaximumExponent)
            return Overflow(isNegative, mode, flags);
        if (isInexact) *flags |= FloatFlags.Inexact;
        return Sign(isNegative) | bits;
    }

    /// <summary>Rounds a 128-bit significand whose leading one may stand anywhere; its value is significand / 2^126 * 2^exponent.</summary>
    public static ulong RoundWide(bool isNegative, int exponent, UInt128 significand, RoundingMode mode, uint* flags)
    {
        var shift = (int)UInt128.LeadingZeroCount(significand);
        significand <<= shift;
        var top = (ulong)(significand >> 64);
        return Round(isNegative, exponent + 1 - shift, (ulong)significand == 0 ? top : top | 1, mode, flags);
    }

    // Where tininess is detected after rounding, what would round up to the smallest normal number with an unbounded
    // exponent is not tiny.
    private static ulong RoundSubnormal(bool isNegative, int biased, ulong significand, RoundingMode mode, uint* flags)
    {
        if (TFormat.Tininess == Tininess.Flushed)
        {
            *flags |= FloatFlags.Underflow;
            return Sign(isNegative);
        }
        var unbounded = Increment(significand, isNegative, mode, out _);
        var isTiny = TFormat.Tininess == Tininess.BeforeRounding || biased < 0 || unbounded >> (TFormat.FractionBits + 1) == 0;
        var magnitude = Increment(ShiftRightSticky(significand, 1 - biased), isNegative, mode, out var isInexact);
        if (isInexact) *flags |= isTiny ? FloatFlags.Inexact | FloatFlags.Underflow : FloatFlags.Inexact;
        return Sign(isNegative) | magnitude;
    }

    // The significand without its excess bits, one more where the mode rounds up.
    private static ulong Increment(ulong significand, bool isNegative, RoundingMode mode, out bool isInexact)
    {
        var rest = significand & ((1UL << Excess) - 1);
        var half = 1UL << (Excess - 1);
        var magnitude = significand >> Excess;
        isInexact = rest != 0;
        var up = mode switch
        {
            RoundingMode.NearestEven => rest > half || (rest == half && (magnitude & 1) != 0),
            RoundingMode.NearestMaximumMagnitude => rest >= half,
            RoundingMode.Down => isNegative && rest != 0,
            RoundingMode.Up => !isNegative && rest != 0,
            _ => false,
        };
        return up ? magnitude + 1 : magnitude;
    }

    private static ulong Overflow(bool isNegative, RoundingMode mode, uint* flags)
    {
        *flags |= FloatFlags.Overflow | FloatFlags.Inexact;
        var toInfinity = mode switch
        {
            RoundingMode.TowardZero => false,
            RoundingMode.Down => isNegative,
            RoundingMode.Up => !isNegative,
            _ => true,
        };
        return toInfinity ? Infinity(isNegative) : Infinity(isNegative) - 1;
    }

    /// <summary>Shifts right; the lowest bit is set when anything was lost.</summary>
    public static ulong ShiftRightSticky(ulong value, int count)
    {
        if (count == 0) return value;
        if (count >= 64) return value == 0 ? 0UL : 1;
        return value >> count | ((value << (64 - count)) != 0 ? 1UL : 0);
    }

    /// <summary>Shifts right; the lowest bit is set when anything was lost.</summary>
    public static UInt128 ShiftRightSticky(UInt128 value, int count)
    {
        if (count == 0) return value;
        if (count >= 128) return value == 0 ? UInt128.Zero : UInt128.One;
        return value >> count | ((value << (128 - count)) != 0 ? UInt128.One : UInt128.Zero);
    }
}
