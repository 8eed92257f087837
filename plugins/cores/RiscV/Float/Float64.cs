// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>binary64.</summary>
internal readonly struct Float64 : IBoxedFormat
{
    public static int FractionBits => 52;

    public static int ExponentBits => 11;

    public static Tininess Tininess => Tininess.AfterRounding;

    public static bool KeepsNaN => false;

    public static bool NaNIsIntegerZero => false;

    public static bool IsBoxed(ulong register) => true;

    public static ulong Unbox(ulong register) => register;

    public static ulong Box(ulong bits) => bits;

    public static ulong HostAdd(ulong a, ulong b) => Bits(Value(a) + Value(b));

    public static ulong HostSubtract(ulong a, ulong b) => Bits(Value(a) - Value(b));

    public static ulong HostMultiply(ulong a, ulong b) => Bits(Value(a) * Value(b));

    public static ulong HostDivide(ulong a, ulong b) => Bits(Value(a) / Value(b));

    public static ulong HostSquareRoot(ulong a) => Bits(Math.Sqrt(Value(a)));

    public static ulong HostFused(ulong a, ulong b, ulong c) => Bits(Math.FusedMultiplyAdd(Value(a), Value(b), Value(c)));

    private static double Value(ulong register) => BitConverter.UInt64BitsToDouble(register);

    private static ulong Bits(double value) => BitConverter.DoubleToUInt64Bits(value);
}
