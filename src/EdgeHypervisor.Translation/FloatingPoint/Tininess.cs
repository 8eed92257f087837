// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation.FloatingPoint;

/// <summary>When a result counts as tiny. IEEE 754-2019, clause 7.5 leaves the choice.</summary>
public enum Tininess : byte
{
    /// <summary>When it is below the smallest normal number once rounded with an unbounded exponent.</summary>
    AfterRounding,

    /// <summary>When the exact result is below the smallest normal number.</summary>
    BeforeRounding,

    /// <summary>Before rounding, and it becomes zero: underflow without inexact, as Arm's flush-to-zero mode has it.</summary>
    Flushed,
}
