// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>Privilege levels with their encoding in mstatus.MPP. Privileged specification, section 1.2.</summary>
internal enum Privilege : byte
{
    /// <summary>U: applications.</summary>
    User = 0,

    /// <summary>S: operating systems.</summary>
    Supervisor = 1,

    /// <summary>M: firmware; the level after reset.</summary>
    Machine = 3,
}
