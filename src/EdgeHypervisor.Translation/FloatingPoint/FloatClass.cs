// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation.FloatingPoint;

/// <summary>The kinds of values that arithmetic treats differently. NaNs are the highest.</summary>
public enum FloatClass : byte
{
    /// <summary>+0 and -0.</summary>
    Zero,
    /// <summary>Normal and subnormal numbers.</summary>
    Finite,
    /// <summary>Of either sign.</summary>
    Infinity,
    /// <summary>A NaN that raises nothing.</summary>
    QuietNaN,
    /// <summary>A NaN that is invalid as an operand.</summary>
    SignalingNaN,
}
