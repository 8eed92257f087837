// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>The accrued exceptions of fflags.</summary>
internal static class FloatFlags
{
    public const uint Inexact = 1;
    public const uint Underflow = 2;
    public const uint Overflow = 4;
    public const uint DivideByZero = 8;
    public const uint Invalid = 16;
}
