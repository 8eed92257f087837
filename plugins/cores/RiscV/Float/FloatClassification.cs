// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>FCLASS's mask of one bit. Unprivileged specification, chapter F, "Floating-point classify instruction".</summary>
internal static class FloatClassification
{
    public static ulong Of<TFormat>(ulong bits)
        where TFormat : struct, IBoxedFormat
    {
        var value = Unpacked.From<TFormat>(bits);
        var exponentIsZero = (bits >> TFormat.FractionBits & ((1UL << TFormat.ExponentBits) - 1)) == 0;
        return value.Class switch
        {
            FloatClass.SignalingNaN => 1 << 8,
            FloatClass.QuietNaN => 1 << 9,
            FloatClass.Infinity => value.IsNegative ? 1UL << 0 : 1 << 7,
            FloatClass.Zero => value.IsNegative ? 1UL << 3 : 1 << 4,
            _ when exponentIsZero => value.IsNegative ? 1UL << 2 : 1 << 5,
            _ => value.IsNegative ? 1UL << 1 : 1 << 6,
        };
    }
}
