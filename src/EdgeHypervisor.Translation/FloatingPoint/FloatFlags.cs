// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation.FloatingPoint;

/// <summary>Exceptions of IEEE 754, each a bit: RISC-V's fflags.</summary>
public static class FloatFlags
{
    /// <summary>The result was rounded.</summary>
    public const uint Inexact = 1;
    /// <summary>The result was tiny and inexact.</summary>
    public const uint Underflow = 2;
    /// <summary>The result was too large.</summary>
    public const uint Overflow = 4;
    /// <summary>A finite number was divided by zero.</summary>
    public const uint DivideByZero = 8;
    /// <summary>There is no useful result.</summary>
    public const uint Invalid = 16;
}
