// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>What the instructions of I compute. Unprivileged specification, chapters RV32I and RV64I.</summary>
internal static class Integer
{
    public readonly struct Add<TWidth> : IBinary where TWidth : struct, IWidth
    {
        public static ulong Apply(ulong left, ulong right) => TWidth.Result(left + right);
    }

    public readonly struct Subtract<TWidth> : IBinary where TWidth : struct, IWidth
    {
        public static ulong Apply(ulong left, ulong right) => TWidth.Result(left - right);
    }

    public readonly struct And : IBinary
    {
        public static ulong Apply(ulong left, ulong right) => left & right;
    }

    public readonly struct Or : IBinary
    {
        public static ulong Apply(ulong left, ulong right) => left | right;
    }

    public readonly struct Xor : IBinary
    {
        public static ulong Apply(ulong left, ulong right) => left ^ right;
    }

    // Sign extension keeps the order of 32-bit numbers, signed and unsigned: one comparison serves both widths.
    public readonly struct SetLess : IBinary
    {
        public static ulong Apply(ulong left, ulong right) => (long)left < (long)right ? 1UL : 0;
    }

    public readonly struct SetLessUnsigned : IBinary
    {
        public static ulong Apply(ulong left, ulong right) => left < right ? 1UL : 0;
    }

    public readonly struct ShiftLeft<TWidth> : IBinary where TWidth : struct, IWidth
    {
        public static ulong Apply(ulong left, ulong right) => TWidth.Result(left << ((int)right & (TWidth.Bits - 1)));
    }

    public readonly struct ShiftRight<TWidth> : IBinary where TWidth : struct, IWidth
    {
        public static ulong Apply(ulong left, ulong right) =>
            TWidth.Result(TWidth.Unsigned(left) >> ((int)right & (TWidth.Bits - 1)));
    }

    public readonly struct ShiftRightSigned<TWidth> : IBinary where TWidth : struct, IWidth
    {
        public static ulong Apply(ulong left, ulong right) =>
            TWidth.Result((ulong)(TWidth.Signed(left) >> ((int)right & (TWidth.Bits - 1))));
    }

    public readonly struct Equal : ICondition
    {
        public static bool Holds(ulong left, ulong right) => left == right;
    }

    public readonly struct NotEqual : ICondition
    {
        public static bool Holds(ulong left, ulong right) => left != right;
    }

    public readonly struct Less : ICondition
    {
        public static bool Holds(ulong left, ulong right) => (long)left < (long)right;
    }

    public readonly struct NotLess : ICondition
    {
        public static bool Holds(ulong left, ulong right) => (long)left >= (long)right;
    }

    public readonly struct LessUnsigned : ICondition
    {
        public static bool Holds(ulong left, ulong right) => left < right;
    }

    public readonly struct NotLessUnsigned : ICondition
    {
        public static bool Holds(ulong left, ulong right) => left >= right;
    }
}
