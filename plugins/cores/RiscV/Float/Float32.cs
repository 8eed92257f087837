// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>binary32, boxed in 64-bit registers.</summary>
internal readonly struct Float32 : IBoxedFormat
{
    private const ulong Boxing = 0xFFFF_FFFF_0000_0000;
    private const uint CanonicalNaN = 0x7FC0_0000;

    public static int FractionBits => 23;

    public static int ExponentBits => 8;

    public static Tininess Tininess => Tininess.AfterRounding;

    public static bool KeepsNaN => false;

    public static bool NaNIsIntegerZero => false;

    public static bool IsBoxed(ulong register) => register >= Boxing;

    public static ulong Unbox(ulong register) => IsBoxed(register) ? (uint)register : CanonicalNaN;

    public static ulong Box(ulong bits) => Boxing | bits;

    public static ulong HostAdd(ulong a, ulong b) => Bits(Value(a) + Value(b));

    public static ulong HostSubtract(ulong a, ulong b) => Bits(Value(a) - Value(b));

    public static ulong HostMultiply(ulong a, ulong b) => Bits(Value(a) * Value(b));

    public static ulong HostDivide(ulong a, ulong b) => Bits(Value(a) / Value(b));

    public static ulong HostSquareRoot(ulong a) => Bits(MathF.Sqrt(Value(a)));

    public static ulong HostFused(ulong a, ulong b, ulong c) => Bits(MathF.FusedMultiplyAdd(Value(a), Value(b), Value(c)));

    private static float Value(ulong register) => BitConverter.UInt32BitsToSingle((uint)register);

    private static ulong Bits(float value) => Boxing | BitConverter.SingleToUInt32Bits(value);
}
