// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>64 bits.</summary>
internal readonly struct DoubleWord : IWidth
{
    public static int Bits => 64;

    public static ulong Result(ulong value) => value;

    public static ulong Unsigned(ulong value) => value;

    public static long Signed(ulong value) => (long)value;

    // A negative operand taken as unsigned is 2^64 too large, which adds the other operand to the upper half.
    public static ulong HighProduct(ulong left, ulong right, bool leftSigned, bool rightSigned)
    {
        var high = Math.BigMul(left, right, out _);
        if (leftSigned && (long)left < 0) high -= right;
        if (rightSigned && (long)right < 0) high -= left;
        return high;
    }
}
