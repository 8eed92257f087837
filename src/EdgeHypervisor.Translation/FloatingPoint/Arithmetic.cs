// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation.FloatingPoint;

/// <summary>
/// Arithmetic in software, exact in result and flags for every rounding mode. IEEE 754-2019, clause 5.4; NaN results
/// are as the format says. Operands and results are bits of the format, not boxed.
/// </summary>
public static unsafe class Arithmetic<TFormat>
    where TFormat : struct, IFloatFormat
{
    /// <summary>a + b.</summary>
    public static ulong Add(ulong a, ulong b, RoundingMode mode, uint* flags) =>
        IsNaN(a) || IsNaN(b)
            ? NaN<TFormat>.Propagate(a, b, b, flags)
            : Add(Unpacked.From<TFormat>(a), Unpacked.From<TFormat>(b), mode, flags);

    /// <summary>a - b.</summary>
    public static ulong Subtract(ulong a, ulong b, RoundingMode mode, uint* flags) =>
        IsNaN(b) ? NaN<TFormat>.Propagate(a, b, b, flags) : Add(a, b ^ Rounding<TFormat>.Sign(true), mode, flags);

    /// <summary>a * b.</summary>
    public static ulong Multiply(ulong a, ulong b, RoundingMode mode, uint* flags)
    {
        var (left, right) = (Unpacked.From<TFormat>(a), Unpacked.From<TFormat>(b));
        if (left.IsNaN || right.IsNaN) return NaN<TFormat>.Propagate(a, b, b, flags);
        var isNegative = left.IsNegative ^ right.IsNegative;
        if (left.Class == FloatClass.Infinity || right.Class == FloatClass.Infinity)
        {
            return left.Class == FloatClass.Zero || right.Class == FloatClass.Zero
                ? Rounding<TFormat>.Invalid(flags)
                : Rounding<TFormat>.Infinity(isNegative);
        }
        if (left.Class == FloatClass.Zero || right.Class == FloatClass.Zero) return Rounding<TFormat>.Zero(isNegative);
        var product = (UInt128)left.Significand * right.Significand; // / 2^126
        return Rounding<TFormat>.RoundWide(isNegative, left.Exponent + right.Exponent, product, mode, flags);
    }

    /// <summary>a / b; a finite number by zero raises its own flag.</summary>
    public static ulong Divide(ulong a, ulong b, RoundingMode mode, uint* flags)
    {
        var (left, right) = (Unpacked.From<TFormat>(a), Unpacked.From<TFormat>(b));
        if (left.IsNaN || right.IsNaN) return NaN<TFormat>.Propagate(a, b, b, flags);
        var isNegative = left.IsNegative ^ right.IsNegative;
        if (left.Class == right.Class && left.Class != FloatClass.Finite) return Rounding<TFormat>.Invalid(flags);
        if (left.Class == FloatClass.Infinity) return Rounding<TFormat>.Infinity(isNegative);
        if (right.Class == FloatClass.Infinity || left.Class == FloatClass.Zero) return Rounding<TFormat>.Zero(isNegative);
        if (right.Class == FloatClass.Zero)
        {
            *flags |= FloatFlags.DivideByZero;
            return Rounding<TFormat>.Infinity(isNegative);
        }
        var (quotient, rest) = UInt128.DivRem((UInt128)left.Significand << 63, right.Significand); // at least 2^62
        var sticky = quotient << 63 | (rest != 0 ? UInt128.One : UInt128.Zero);
        return Rounding<TFormat>.RoundWide(isNegative, left.Exponent - right.Exponent, sticky, mode, flags);
    }

    /// <summary>The square root of a.</summary>
    public static ulong SquareRoot(ulong a, RoundingMode mode, uint* flags)
    {
        var value = Unpacked.From<TFormat>(a);
        if (value.IsNaN) return NaN<TFormat>.Propagate(a, a, a, flags);
        if (value.Class == FloatClass.Zero) return a;
        if (value.IsNegative) return Rounding<TFormat>.Invalid(flags);
        if (value.Class == FloatClass.Infinity) return a;
        // The root of an even power of two: half the exponent, and a significand from 1 up to 4.
        var isOdd = (value.Exponent & 1) != 0;
        var radicand = (UInt128)value.Significand << (isOdd ? 64 : 63);
        var root = IntegerSquareRoot(radicand, out var isExact);
        return Rounding<TFormat>.Round(false, value.Exponent >> 1, isExact ? root : root | 1, mode, flags);
    }

    /// <summary>a * b + c with one rounding. IEEE 754-2019, 5.4.1; infinity times zero is invalid whatever is added.</summary>
    public static ulong Fused(ulong a, ulong b, ulong c, RoundingMode mode, uint* flags)
    {
        var (left, right, addend) = (Unpacked.From<TFormat>(a), Unpacked.From<TFormat>(b), Unpacked.From<TFormat>(c));
        var isNegative = left.IsNegative ^ right.IsNegative;
        var isInfinite = left.Class == FloatClass.Infinity || right.Class == FloatClass.Infinity;
        var isZero = left.Class == FloatClass.Zero || right.Class == FloatClass.Zero;
        if (isInfinite && isZero && addend.Class != FloatClass.SignalingNaN) return Rounding<TFormat>.Invalid(flags);
        if (left.IsNaN || right.IsNaN || addend.IsNaN) return NaN<TFormat>.Propagate(c, a, b, flags);
        if (isInfinite)
        {
            return addend.Class == FloatClass.Infinity && addend.IsNegative != isNegative
                ? Rounding<TFormat>.Invalid(flags)
                : Rounding<TFormat>.Infinity(isNegative);
        }
        if (isZero) return Add(new Unpacked(FloatClass.Zero, isNegative, 0, 0), addend, mode, flags);
        return addend.Class switch
        {
            FloatClass.Infinity => c,
            FloatClass.Zero => Multiply(a, b, mode, flags),
            _ => FusedFinite(left, right, addend, mode, flags),
        };
    }

    private static ulong FusedFinite(Unpacked left, Unpacked right, Unpacked addend, RoundingMode mode, uint* flags)
    {
        var product = (UInt128)left.Significand * right.Significand;
        var exponent = left.Exponent + right.Exponent;
        // Bit 127 is needed for the carry of the sum; the product's lowest bits are zero, so nothing is lost.
        if (product >> 127 != 0)
        {
            product = Rounding<TFormat>.ShiftRightSticky(product, 1);
            exponent++;
        }
        return AddWide(
            left.IsNegative ^ right.IsNegative, exponent, product,
            addend.IsNegative, addend.Exponent, (UInt128)addend.Significand << 63, mode, flags);
    }

    private static ulong Add(Unpacked left, Unpacked right, RoundingMode mode, uint* flags)
    {
        if (left.Class == FloatClass.Infinity)
        {
            return right.Class == FloatClass.Infinity && right.IsNegative != left.IsNegative
                ? Rounding<TFormat>.Invalid(flags)
                : Rounding<TFormat>.Infinity(left.IsNegative);
        }
        if (right.Class == FloatClass.Infinity) return Rounding<TFormat>.Infinity(right.IsNegative);
        if (left.Class == FloatClass.Zero && right.Class == FloatClass.Zero)
            return left.IsNegative == right.IsNegative ? Rounding<TFormat>.Zero(left.IsNegative) : CancelledZero(mode);
        if (left.Class == FloatClass.Zero) return Repack(right, mode, flags);
        if (right.Class == FloatClass.Zero) return Repack(left, mode, flags);
        return AddWide(
            left.IsNegative, left.Exponent, (UInt128)left.Significand << 63,
            right.IsNegative, right.Exponent, (UInt128)right.Significand << 63, mode, flags);
    }

    // Both significands have their leading one in bit 126.
    private static ulong AddWide(
        bool leftNegative, int leftExponent, UInt128 left,
        bool rightNegative, int rightExponent, UInt128 right, RoundingMode mode, uint* flags)
    {
        var exponent = Math.Max(leftExponent, rightExponent);
        left = Rounding<TFormat>.ShiftRightSticky(left, exponent - leftExponent);
        right = Rounding<TFormat>.ShiftRightSticky(right, exponent - rightExponent);
        if (leftNegative == rightNegative)
            return Rounding<TFormat>.RoundWide(leftNegative, exponent, left + right, mode, flags);
        if (left == right) return CancelledZero(mode);
        return left > right
            ? Rounding<TFormat>.RoundWide(leftNegative, exponent, left - right, mode, flags)
            : Rounding<TFormat>.RoundWide(rightNegative, exponent, right - left, mode, flags);
    }

    private static ulong Repack(Unpacked value, RoundingMode mode, uint* flags) =>
        Rounding<TFormat>.Round(value.IsNegative, value.Exponent, value.Significand, mode, flags);

    // The sum of opposite numbers is +0, but rounding down it is -0. IEEE 754-2019, 6.3.
    private static ulong CancelledZero(RoundingMode mode) => Rounding<TFormat>.Zero(mode == RoundingMode.Down);

    private static bool IsNaN(ulong bits) => (bits & ~Rounding<TFormat>.Sign(true)) > Rounding<TFormat>.Infinity(false);

    // Bit by bit from the top; the radicand has 127 or 128 bits, the root 64.
    private static ulong IntegerSquareRoot(UInt128 radicand, out bool isExact)
    {
        var root = UInt128.Zero;
        for (var bit = 63; bit >= 0; bit--)
        {
            var candidate = root | UInt128.One << bit;
            if (candidate * candidate <= radicand) root = candidate;
        }
        isExact = root * root == radicand;
        return (ulong)root;
    }
}
