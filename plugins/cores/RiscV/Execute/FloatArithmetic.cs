// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>
/// The rounding operations of F and D, and when the host's arithmetic may serve: the mode is nearest-even and the
/// inexact flag stands already, so that value and the other flags are all that count.
/// </summary>
internal static unsafe class FloatArithmetic
{
    /// <summary>A sum that is finite had finite operands, and is exact where it is subnormal or zero.</summary>
    public readonly struct Add : IFloatArithmetic
    {
        [MethodImpl(Flow.Inline)]
        public static ulong Host<TFormat>(ulong a, ulong b) where TFormat : struct, IBoxedFormat => TFormat.HostAdd(a, b);

        [MethodImpl(Flow.Inline)]
        public static bool IsTrusted<TFormat>(ulong a, ulong b, ulong result) where TFormat : struct, IBoxedFormat => IsFinite<TFormat>(result);

        public static ulong Exact<TFormat>(ulong a, ulong b, RoundingMode mode, uint* flags) where TFormat : struct, IBoxedFormat =>
            Arithmetic<TFormat>.Add(a, b, mode, flags);
    }

    /// <inheritdoc cref="Add"/>
    public readonly struct Subtract : IFloatArithmetic
    {
        [MethodImpl(Flow.Inline)]
        public static ulong Host<TFormat>(ulong a, ulong b) where TFormat : struct, IBoxedFormat => TFormat.HostSubtract(a, b);

        [MethodImpl(Flow.Inline)]
        public static bool IsTrusted<TFormat>(ulong a, ulong b, ulong result) where TFormat : struct, IBoxedFormat => IsFinite<TFormat>(result);

        public static ulong Exact<TFormat>(ulong a, ulong b, RoundingMode mode, uint* flags) where TFormat : struct, IBoxedFormat =>
            Arithmetic<TFormat>.Subtract(a, b, mode, flags);
    }

    /// <summary>A product above the smallest normal numbers had finite operands and did not underflow; so did an exact zero.</summary>
    public readonly struct Multiply : IFloatArithmetic
    {
        [MethodImpl(Flow.Inline)]
        public static ulong Host<TFormat>(ulong a, ulong b) where TFormat : struct, IBoxedFormat => TFormat.HostMultiply(a, b);

        [MethodImpl(Flow.Inline)]
        public static bool IsTrusted<TFormat>(ulong a, ulong b, ulong result) where TFormat : struct, IBoxedFormat =>
            IsSafelyNormal<TFormat>(result) || (IsZero<TFormat>(result) && (IsZero<TFormat>(a) || IsZero<TFormat>(b)));

        public static ulong Exact<TFormat>(ulong a, ulong b, RoundingMode mode, uint* flags) where TFormat : struct, IBoxedFormat =>
            Arithmetic<TFormat>.Multiply(a, b, mode, flags);
    }

    /// <summary>As a product; a division by zero gives infinity, which is not trusted.</summary>
    public readonly struct Divide : IFloatArithmetic
    {
        [MethodImpl(Flow.Inline)]
        public static ulong Host<TFormat>(ulong a, ulong b) where TFormat : struct, IBoxedFormat => TFormat.HostDivide(a, b);

        [MethodImpl(Flow.Inline)]
        public static bool IsTrusted<TFormat>(ulong a, ulong b, ulong result) where TFormat : struct, IBoxedFormat => IsSafelyNormal<TFormat>(result);

        public static ulong Exact<TFormat>(ulong a, ulong b, RoundingMode mode, uint* flags) where TFormat : struct, IBoxedFormat =>
            Arithmetic<TFormat>.Divide(a, b, mode, flags);
    }

    /// <summary>A root that is a normal number is of a positive finite number.</summary>
    public readonly struct SquareRoot : IFloatArithmetic
    {
        [MethodImpl(Flow.Inline)]
        public static ulong Host<TFormat>(ulong a, ulong b) where TFormat : struct, IBoxedFormat => TFormat.HostSquareRoot(a);

        [MethodImpl(Flow.Inline)]
        public static bool IsTrusted<TFormat>(ulong a, ulong b, ulong result) where TFormat : struct, IBoxedFormat => IsSafelyNormal<TFormat>(result);

        public static ulong Exact<TFormat>(ulong a, ulong b, RoundingMode mode, uint* flags) where TFormat : struct, IBoxedFormat =>
            Arithmetic<TFormat>.SquareRoot(a, mode, flags);
    }

    /// <summary>Whether a host's result may be used at all now: nearest-even by this mode, and inexact stands.</summary>
    [MethodImpl(Flow.Inline)]
    public static bool MayUseHost(uint mode, uint fcsr) => mode == (uint)RoundingMode.NearestEven && (fcsr & FloatFlags.Inexact) != 0;

    /// <summary>Neither infinite nor NaN.</summary>
    [MethodImpl(Flow.Inline)]
    public static bool IsFinite<TFormat>(ulong register) where TFormat : struct, IBoxedFormat =>
        Exponent<TFormat>(register) != MaximumExponent<TFormat>();

    /// <summary>Finite, and at least twice the smallest normal number: rounding cannot have crossed into the subnormals.</summary>
    [MethodImpl(Flow.Inline)]
    public static bool IsSafelyNormal<TFormat>(ulong register) where TFormat : struct, IBoxedFormat =>
        Exponent<TFormat>(register) - 2 < MaximumExponent<TFormat>() - 2;

    [MethodImpl(Flow.Inline)]
    private static bool IsZero<TFormat>(ulong register) where TFormat : struct, IBoxedFormat =>
        register << (63 - TFormat.FractionBits - TFormat.ExponentBits) << 1 == 0;

    [MethodImpl(Flow.Inline)]
    private static uint Exponent<TFormat>(ulong register) where TFormat : struct, IBoxedFormat =>
        (uint)(register >> TFormat.FractionBits) & MaximumExponent<TFormat>();

    [MethodImpl(Flow.Inline)]
    private static uint MaximumExponent<TFormat>() where TFormat : struct, IBoxedFormat => (1u << TFormat.ExponentBits) - 1;
}
