// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation.FloatingPoint;

/// <summary>Rounding modes. IEEE 754-2019, clause 4.3; the numbers are those of RISC-V's frm and rm.</summary>
public enum RoundingMode : uint
{
    /// <summary>To the nearest, ties to even.</summary>
    NearestEven = 0,
    /// <summary>Cut off.</summary>
    TowardZero = 1,
    /// <summary>Toward minus infinity.</summary>
    Down = 2,
    /// <summary>Toward plus infinity.</summary>
    Up = 3,
    /// <summary>To the nearest, ties away from zero.</summary>
    NearestMaximumMagnitude = 4,

    /// <summary>In an instruction: the mode of frm.</summary>
    Dynamic = 7,
}
