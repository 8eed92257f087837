// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation.FloatingPoint;

/// <summary>
/// A binary interchange format of IEEE 754, and what the standard leaves to the instruction set: when a result is
/// tiny, and what becomes of NaNs.
/// </summary>
public interface IFloatFormat
{
    /// <summary>Bits of the fraction field.</summary>
    static abstract int FractionBits { get; }

    /// <summary>Bits of the exponent field.</summary>
    static abstract int ExponentBits { get; }

    /// <summary>When a result counts as tiny, and what becomes of it.</summary>
    static abstract Tininess Tininess { get; }

    /// <summary>
    /// Whether a NaN operand's payload goes on into the result, as Arm has it: the first signaling one, else the first
    /// quiet one, made quiet; a fused operation's addend comes first. Otherwise every NaN result is the canonical one.
    /// </summary>
    static abstract bool KeepsNaN { get; }

    /// <summary>Whether a NaN is zero as an integer; otherwise it is the largest one.</summary>
    static abstract bool NaNIsIntegerZero { get; }
}
