// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>What the instructions of M compute. Division never traps: unprivileged specification, table "Semantics for division".</summary>
internal static class Multiplication
{
    public readonly struct Low<TWidth> : IBinary where TWidth : struct, IWidth
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ulong Apply(ulong left, ulong right) => TWidth.Result(left * right);
    }

    public readonly struct High<TWidth> : IBinary where TWidth : struct, IWidth
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ulong Apply(ulong left, ulong right) => TWidth.HighProduct(left, right, leftSigned: true, rightSigned: true);
    }

    public readonly struct HighMixed<TWidth> : IBinary where TWidth : struct, IWidth
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ulong Apply(ulong left, ulong right) => TWidth.HighProduct(left, right, leftSigned: true, rightSigned: false);
    }

    public readonly struct HighUnsigned<TWidth> : IBinary where TWidth : struct, IWidth
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ulong Apply(ulong left, ulong right) => TWidth.HighProduct(left, right, leftSigned: false, rightSigned: false);
    }

    // By -1 is negation: the host would trap on the one quotient that overflows, and here it wraps.
    public readonly struct Divide<TWidth> : IBinary where TWidth : struct, IWidth
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ulong Apply(ulong left, ulong right) => TWidth.Signed(right) switch
        {
            0 => ulong.MaxValue,
            -1 => TWidth.Result(0 - left),
            var divisor => TWidth.Result((ulong)(TWidth.Signed(left) / divisor)),
        };
    }

    public readonly struct DivideUnsigned<TWidth> : IBinary where TWidth : struct, IWidth
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ulong Apply(ulong left, ulong right) => TWidth.Unsigned(right) switch
        {
            0 => ulong.MaxValue,
            var divisor => TWidth.Result(TWidth.Unsigned(left) / divisor),
        };
    }

    public readonly struct Remainder<TWidth> : IBinary where TWidth : struct, IWidth
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ulong Apply(ulong left, ulong right) => TWidth.Signed(right) switch
        {
            0 => TWidth.Result(left),
            -1 => 0,
            var divisor => TWidth.Result((ulong)(TWidth.Signed(left) % divisor)),
        };
    }

    public readonly struct RemainderUnsigned<TWidth> : IBinary where TWidth : struct, IWidth
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ulong Apply(ulong left, ulong right) => TWidth.Unsigned(right) switch
        {
            0 => TWidth.Result(left),
            var divisor => TWidth.Result(TWidth.Unsigned(left) % divisor),
        };
    }
}
