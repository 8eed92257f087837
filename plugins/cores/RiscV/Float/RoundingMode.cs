// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>Rounding modes as frm and rm encode them. Unprivileged specification, chapter F, table "Rounding mode encoding".</summary>
internal enum RoundingMode : uint
{
    NearestEven = 0,
    TowardZero = 1,
    Down = 2,
    Up = 3,
    NearestMaximumMagnitude = 4,

    /// <summary>In an instruction: the mode of frm.</summary>
    Dynamic = 7,
}
