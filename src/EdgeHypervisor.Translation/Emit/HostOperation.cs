// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace EdgeHypervisor.Translation;

/// <summary>What IL has no opcode for and hosts have an instruction for, for emitters to call. RyuJIT makes that instruction of each, the baseline compiler of most.</summary>
/// <remarks>A class of its own: to look for an overload in .NET's, with all their methods, takes as long as compiling a region.</remarks>
public static class HostOperation
{
    private static readonly MethodInfo[] All = typeof(HostOperation).GetMethods(BindingFlags.Static | BindingFlags.NonPublic); // first: the others are found in it
    private static readonly MethodInfo Rotate64 = Of(nameof(RotateRight64)), Rotate32 = Of(nameof(RotateRight32));
    private static readonly MethodInfo Leading64 = Of(nameof(LeadingZeros64)), Leading32 = Of(nameof(LeadingZeros32));
    private static readonly MethodInfo Trailing64 = Of(nameof(TrailingZeros64)), Trailing32 = Of(nameof(TrailingZeros32));
    private static readonly MethodInfo Ones64 = Of(nameof(CountOnes64)), Ones32 = Of(nameof(CountOnes32));
    private static readonly MethodInfo Reverse64 = Of(nameof(ReverseBytes64)), Reverse32 = Of(nameof(ReverseBytes32));

    /// <summary>The upper half of a product, <c>int64 (int64, int64)</c>.</summary>
    public static MethodInfo HighProduct { get; } = Of(nameof(HighOfSigned));

    /// <summary>The upper half of a product, <c>int64 (int64, int64)</c>, whose bits are taken without signs.</summary>
    public static MethodInfo HighProductUnsigned { get; } = Of(nameof(HighOfUnsigned));

    /// <summary>The upper half of a product, <c>int64 (int64, int64)</c>, of which the second is taken without a sign.</summary>
    public static MethodInfo HighProductMixed { get; } = Of(nameof(HighOfMixed));

    /// <summary>A number rotated to the right, <c>intN (intN, int32)</c> of 64 or 32 bits.</summary>
    public static MethodInfo RotateRight(bool isWide) => isWide ? Rotate64 : Rotate32;

    /// <summary>The zeros above the highest one, <c>int32 (intN)</c>: all bits for 0.</summary>
    public static MethodInfo LeadingZeros(bool isWide) => isWide ? Leading64 : Leading32;

    /// <summary>The zeros below the lowest one, <c>int32 (intN)</c>: all bits for 0.</summary>
    public static MethodInfo TrailingZeros(bool isWide) => isWide ? Trailing64 : Trailing32;

    /// <summary>The ones, <c>int32 (intN)</c>.</summary>
    public static MethodInfo CountOnes(bool isWide) => isWide ? Ones64 : Ones32;

    /// <summary>The bytes in opposite order, <c>intN (intN)</c>.</summary>
    public static MethodInfo ReverseBytes(bool isWide) => isWide ? Reverse64 : Reverse32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long HighOfSigned(long left, long right) => Math.BigMul(left, right, out _);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long HighOfUnsigned(long left, long right) => (long)Math.BigMul((ulong)left, (ulong)right, out _);

    private static long HighOfMixed(long left, long right) => HighOfUnsigned(left, right) - (left >> 63 & right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong RotateRight64(ulong value, int bits) => BitOperations.RotateRight(value, bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint RotateRight32(uint value, int bits) => BitOperations.RotateRight(value, bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int LeadingZeros64(ulong value) => BitOperations.LeadingZeroCount(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int LeadingZeros32(uint value) => BitOperations.LeadingZeroCount(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int TrailingZeros64(ulong value) => BitOperations.TrailingZeroCount(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int TrailingZeros32(uint value) => BitOperations.TrailingZeroCount(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int CountOnes64(ulong value) => BitOperations.PopCount(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int CountOnes32(uint value) => BitOperations.PopCount(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong ReverseBytes64(ulong value) => BinaryPrimitives.ReverseEndianness(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint ReverseBytes32(uint value) => BinaryPrimitives.ReverseEndianness(value);

    private static MethodInfo Of(string name)
    {
        var index = 0;
        while (All[index].Name != name) index++;
        return All[index];
    }
}
