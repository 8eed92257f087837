// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>
/// A binary interchange format, and the host's arithmetic in it (round to nearest even, no flags).
/// Values are registers: a narrower format lies in the low bits under ones ("NaN-boxed").
/// </summary>
internal interface IBoxedFormat : IFloatFormat
{
    /// <summary>Whether the register holds a value of this format.</summary>
    static abstract bool IsBoxed(ulong register);

    /// <summary>The value's bits; the canonical NaN when the register is not boxed.</summary>
    static abstract ulong Unbox(ulong register);

    /// <summary>A register with this value.</summary>
    static abstract ulong Box(ulong bits);

    static abstract ulong HostAdd(ulong a, ulong b);

    static abstract ulong HostSubtract(ulong a, ulong b);

    static abstract ulong HostMultiply(ulong a, ulong b);

    static abstract ulong HostDivide(ulong a, ulong b);

    static abstract ulong HostSquareRoot(ulong a);

    static abstract ulong HostFused(ulong a, ulong b, ulong c);
}
