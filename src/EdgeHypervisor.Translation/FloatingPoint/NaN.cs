// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation.FloatingPoint;

/// <summary>The NaN that an operation gives for NaN operands. IEEE 754-2019, clause 6.2.</summary>
internal static unsafe class NaN<TFormat>
    where TFormat : struct, IFloatFormat
{
    private static ulong QuietBit => 1UL << (TFormat.FractionBits - 1);

    /// <summary>Of operands in the order of precedence, at least one of them a NaN; a signaling one is invalid.</summary>
    public static ulong Propagate(ulong first, ulong second, ulong third, uint* flags)
    {
        var isSignaling = IsSignaling(first) || IsSignaling(second) || IsSignaling(third);
        if (isSignaling) *flags |= FloatFlags.Invalid;
        if (!TFormat.KeepsNaN) return Rounding<TFormat>.NaN;
        if (isSignaling ? IsSignaling(first) : IsNaN(first)) return first | QuietBit;
        return (isSignaling ? IsSignaling(second) : IsNaN(second)) ? second | QuietBit : third | QuietBit;
    }

    private static bool IsNaN(ulong bits) => (bits & ~Rounding<TFormat>.Sign(true)) > Rounding<TFormat>.Infinity(false);

    private static bool IsSignaling(ulong bits) => IsNaN(bits) && (bits & QuietBit) == 0;
}
