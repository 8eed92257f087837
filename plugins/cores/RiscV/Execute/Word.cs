// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>32 bits.</summary>
internal readonly struct Word : IWidth
{
    public static int Bits => 32;

    public static ulong Result(ulong value) => (ulong)(int)value;

    public static ulong Unsigned(ulong value) => (uint)value;

    public static long Signed(ulong value) => (int)value;

    // Wraps in 64 bits only above bit 63, which the result does not have.
    public static ulong HighProduct(ulong left, ulong right, bool leftSigned, bool rightSigned)
    {
        var a = leftSigned ? Signed(left) : (long)Unsigned(left);
        var b = rightSigned ? Signed(right) : (long)Unsigned(right);
        return Result((ulong)(a * b) >> 32);
    }
}
