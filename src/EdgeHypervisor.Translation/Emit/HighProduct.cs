// SPDX-License-Identifier: Apache-2.0
using System.Reflection;

namespace EdgeHypervisor.Translation;

/// <summary>The upper halves of 128-bit products, for emitters to call: RyuJIT makes one instruction of them, the baseline compiler of the first two.</summary>
public static class HighProduct
{
    /// <summary><c>int64 (int64, int64)</c>.</summary>
    public static MethodInfo Signed { get; } = Of(nameof(OfSigned));

    /// <summary><c>int64 (int64, int64)</c>, whose bits are taken without signs.</summary>
    public static MethodInfo Unsigned { get; } = Of(nameof(OfUnsigned));

    /// <summary><c>int64 (int64, int64)</c>, of which the second is taken without a sign.</summary>
    public static MethodInfo Mixed { get; } = Of(nameof(OfMixed));

    /// <summary>See <see cref="Signed"/>.</summary>
    public static long OfSigned(long left, long right) => Math.BigMul(left, right, out _);

    /// <summary>See <see cref="Unsigned"/>.</summary>
    public static long OfUnsigned(long left, long right) => (long)Math.BigMul((ulong)left, (ulong)right, out _);

    /// <summary>See <see cref="Mixed"/>.</summary>
    public static long OfMixed(long left, long right) => OfUnsigned(left, right) - (left >> 63 & right);

    private static MethodInfo Of(string name) => typeof(HighProduct).GetMethod(name)!;
}
