// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Numerics;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>What the instructions of Zba, Zbb, Zbs and Zicond compute. Unprivileged specification, chapters B and Zicond.</summary>
internal static class BitManipulation
{
    public readonly struct ShiftAdd1<TWidth> : IBinary where TWidth : struct, IWidth
    {
        public static ulong Apply(ulong left, ulong right) => TWidth.Result((left << 1) + right);
    }

    public readonly struct ShiftAdd2<TWidth> : IBinary where TWidth : struct, IWidth
    {
        public static ulong Apply(ulong left, ulong right) => TWidth.Result((left << 2) + right);
    }

    public readonly struct ShiftAdd3<TWidth> : IBinary where TWidth : struct, IWidth
    {
        public static ulong Apply(ulong left, ulong right) => TWidth.Result((left << 3) + right);
    }

    public readonly struct AddUnsignedWord : IBinary
    {
        public static ulong Apply(ulong left, ulong right) => (uint)left + right;
    }

    public readonly struct ShiftAdd1UnsignedWord : IBinary
    {
        public static ulong Apply(ulong left, ulong right) => ((ulong)(uint)left << 1) + right;
    }

    public readonly struct ShiftAdd2UnsignedWord : IBinary
    {
        public static ulong Apply(ulong left, ulong right) => ((ulong)(uint)left << 2) + right;
    }

    public readonly struct ShiftAdd3UnsignedWord : IBinary
    {
        public static ulong Apply(ulong left, ulong right) => ((ulong)(uint)left << 3) + right;
    }

    public readonly struct ShiftUnsignedWord : IBinary
    {
        public static ulong Apply(ulong left, ulong right) => (ulong)(uint)left << ((int)right & 63);
    }

    public readonly struct AndNot : IBinary
    {
        public static ulong Apply(ulong left, ulong right) => left & ~right;
    }

    public readonly struct OrNot : IBinary
    {
        public static ulong Apply(ulong left, ulong right) => left | ~right;
    }

    public readonly struct ExclusiveNor : IBinary
    {
        public static ulong Apply(ulong left, ulong right) => ~(left ^ right);
    }

    // Of zero: the width.
    public readonly struct CountLeadingZeros<TWidth> : IUnary where TWidth : struct, IWidth
    {
        public static ulong Apply(ulong value) =>
            (ulong)(BitOperations.LeadingZeroCount(TWidth.Unsigned(value)) - (64 - TWidth.Bits));
    }

    public readonly struct CountTrailingZeros<TWidth> : IUnary where TWidth : struct, IWidth
    {
        public static ulong Apply(ulong value) =>
            (ulong)Math.Min(BitOperations.TrailingZeroCount(TWidth.Unsigned(value)), TWidth.Bits);
    }

    public readonly struct CountOnes<TWidth> : IUnary where TWidth : struct, IWidth
    {
        public static ulong Apply(ulong value) => (ulong)BitOperations.PopCount(TWidth.Unsigned(value));
    }

    public readonly struct SignExtendByte : IUnary
    {
        public static ulong Apply(ulong value) => (ulong)(sbyte)value;
    }

    public readonly struct SignExtendHalf : IUnary
    {
        public static ulong Apply(ulong value) => (ulong)(short)value;
    }

    public readonly struct ZeroExtendHalf : IUnary
    {
        public static ulong Apply(ulong value) => (ushort)value;
    }

    public readonly struct RotateLeft<TWidth> : IBinary where TWidth : struct, IWidth
    {
        public static ulong Apply(ulong left, ulong right) => TWidth.Bits == 32
            ? TWidth.Result(BitOperations.RotateLeft((uint)left, (int)right & 31))
            : BitOperations.RotateLeft(left, (int)right & 63);
    }

    public readonly struct RotateRight<TWidth> : IBinary where TWidth : struct, IWidth
    {
        public static ulong Apply(ulong left, ulong right) => TWidth.Bits == 32
            ? TWidth.Result(BitOperations.RotateRight((uint)left, (int)right & 31))
            : BitOperations.RotateRight(left, (int)right & 63);
    }

    // Each byte becomes all ones unless it is zero: adding 0x7F carries into bit 7 for every other low part.
    public readonly struct OrCombineBytes<TWidth> : IUnary where TWidth : struct, IWidth
    {
        private const ulong LowBits = 0x7F7F_7F7F_7F7F_7F7F;

        public static ulong Apply(ulong value)
        {
            var notZero = (((value & LowBits) + LowBits) | value) & ~LowBits;
            return TWidth.Result((notZero >> 7) * 0xFF);
        }
    }

    public readonly struct ReverseBytes<TWidth> : IUnary where TWidth : struct, IWidth
    {
        public static ulong Apply(ulong value) => TWidth.Bits == 32
            ? TWidth.Result(BinaryPrimitives.ReverseEndianness((uint)value))
            : BinaryPrimitives.ReverseEndianness(value);
    }

    public readonly struct ClearBit<TWidth> : IBinary where TWidth : struct, IWidth
    {
        public static ulong Apply(ulong left, ulong right) => TWidth.Result(left & ~(1UL << ((int)right & (TWidth.Bits - 1))));
    }

    public readonly struct ExtractBit<TWidth> : IBinary where TWidth : struct, IWidth
    {
        public static ulong Apply(ulong left, ulong right) => left >> ((int)right & (TWidth.Bits - 1)) & 1;
    }

    public readonly struct InvertBit<TWidth> : IBinary where TWidth : struct, IWidth
    {
        public static ulong Apply(ulong left, ulong right) => TWidth.Result(left ^ 1UL << ((int)right & (TWidth.Bits - 1)));
    }

    public readonly struct SetBit<TWidth> : IBinary where TWidth : struct, IWidth
    {
        public static ulong Apply(ulong left, ulong right) => TWidth.Result(left | 1UL << ((int)right & (TWidth.Bits - 1)));
    }

    public readonly struct ZeroIfZero : IBinary
    {
        public static ulong Apply(ulong left, ulong right) => right == 0 ? 0 : left;
    }

    public readonly struct ZeroUnlessZero : IBinary
    {
        public static ulong Apply(ulong left, ulong right) => right != 0 ? 0 : left;
    }
}
