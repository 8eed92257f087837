// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation.FloatingPoint;

/// <summary>Comparisons, minimum and maximum. IEEE 754-2019, clauses 5.11 and 9.6.</summary>
public static unsafe class FloatComparison<TFormat>
    where TFormat : struct, IFloatFormat
{
    /// <summary>Quiet equality: only a signaling NaN is invalid.</summary>
    public static bool IsEqual(ulong a, ulong b, uint* flags) =>
        IsOrdered(a, b, isSignaling: false, flags) && (a == b || IsZero(a | b));

    /// <summary>Signaling: any NaN is invalid.</summary>
    public static bool IsLess(ulong a, ulong b, uint* flags) =>
        IsOrdered(a, b, isSignaling: true, flags) && Key(a) < Key(b);

    /// <summary>Signaling: any NaN is invalid.</summary>
    public static bool IsLessOrEqual(ulong a, ulong b, uint* flags) =>
        IsOrdered(a, b, isSignaling: true, flags) && Key(a) <= Key(b);

    /// <summary>The smaller number; -0 is smaller than +0, a number is preferred to a NaN.</summary>
    public static ulong Minimum(ulong a, ulong b, uint* flags) => Choose(a, b, SignedKey(a) < SignedKey(b), flags);

    /// <summary>The larger number.</summary>
    public static ulong Maximum(ulong a, ulong b, uint* flags) => Choose(a, b, SignedKey(a) > SignedKey(b), flags);

    private static ulong SignBit => Rounding<TFormat>.Sign(true);

    private static bool IsZero(ulong bits) => (bits & ~SignBit) == 0;

    private static bool IsNaN(ulong bits) => (bits & ~SignBit) > Rounding<TFormat>.Infinity(false);

    private static bool IsSignaling(ulong bits) => IsNaN(bits) && (bits >> (TFormat.FractionBits - 1) & 1) == 0;

    private static bool IsOrdered(ulong a, ulong b, bool isSignaling, uint* flags)
    {
        if (!IsNaN(a) && !IsNaN(b)) return true;
        if (isSignaling || IsSignaling(a) || IsSignaling(b)) *flags |= FloatFlags.Invalid;
        return false;
    }

    // Sign and magnitude as a number that orders like the value; the zeros are one.
    private static long Key(ulong bits) => IsZero(bits) ? 0 : SignedKey(bits);

    // The same with -0 below +0.
    private static long SignedKey(ulong bits) => (bits & SignBit) != 0 ? ~(long)(bits & ~SignBit) : (long)bits;

    private static ulong Choose(ulong a, ulong b, bool first, uint* flags)
    {
        if (IsSignaling(a) || IsSignaling(b)) *flags |= FloatFlags.Invalid;
        if (IsNaN(a)) return IsNaN(b) ? Rounding<TFormat>.NaN : b;
        return IsNaN(b) || first ? a : b;
    }
}
