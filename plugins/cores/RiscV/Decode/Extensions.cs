// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>Extensions of the instruction set, and the privilege modes beside M.</summary>
[Flags]
internal enum Extensions : uint
{
    /// <summary>The base, with Zicsr, Zifencei and the counters, as version 2.0 of I has them.</summary>
    I = 1 << 0,
    M = 1 << 1,
    A = 1 << 2,
    F = 1 << 3,
    D = 1 << 4,
    C = 1 << 5,
    Zba = 1 << 6,
    Zbb = 1 << 7,
    Zbs = 1 << 8,
    Zicond = 1 << 9,
    Zicntr = 1 << 10,
    Zihpm = 1 << 11,
    Sstc = 1 << 12,

    /// <summary>Supervisor mode with address translation.</summary>
    S = 1 << 13,

    /// <summary>User mode.</summary>
    U = 1 << 14,
}
