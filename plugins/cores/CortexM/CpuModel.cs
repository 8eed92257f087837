// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <summary>The processors, as the machine description names them.</summary>
internal enum CpuModel : byte
{
    CortexM0,
    CortexM0plus,
    CortexM3,
    CortexM4,
    CortexM7,
}

/// <summary>The floating-point unit of a processor.</summary>
internal enum FpuKind : byte
{
    None,

    /// <summary>Single precision.</summary>
    Sp,

    /// <summary>Single and double precision.</summary>
    Dp,
}
