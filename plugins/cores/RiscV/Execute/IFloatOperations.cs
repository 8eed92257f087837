// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>An arithmetic operation that rounds: the host's way, when the host's result may be used, and the exact way.</summary>
internal unsafe interface IFloatArithmetic
{
    /// <summary>The host's result on registers: round to nearest even, no flags.</summary>
    static abstract ulong Host<TFormat>(ulong a, ulong b) where TFormat : struct, IBoxedFormat;

    /// <summary>
    /// Whether <see cref="Host"/>'s result is exact in value and could raise no flag but inexact; the operands are boxed.
    /// </summary>
    static abstract bool IsTrusted<TFormat>(ulong a, ulong b, ulong result) where TFormat : struct, IBoxedFormat;

    /// <summary>The result on bits, with its flags.</summary>
    static abstract ulong Exact<TFormat>(ulong a, ulong b, RoundingMode mode, uint* flags) where TFormat : struct, IBoxedFormat;
}

/// <summary>Anything else that computes with floating-point registers; operands and result are registers.</summary>
internal unsafe interface IFloatOperation
{
    static abstract ulong Apply(ulong a, ulong b, RoundingMode mode, uint* flags);
}

/// <summary>Which signs a fused multiply-add turns.</summary>
internal interface IFusedSigns
{
    static abstract bool NegatesProduct { get; }

    static abstract bool NegatesAddend { get; }
}
