// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>Interrupt numbers: bit positions in mip and mie, codes in mcause. Privileged specification, 3.1.9.</summary>
internal static class Interrupt
{
    public const int SupervisorSoftware = 1;
    public const int MachineSoftware = 3;
    public const int SupervisorTimer = 5;
    public const int MachineTimer = 7;
    public const int SupervisorExternal = 9;
    public const int MachineExternal = 11;

    /// <summary>The supervisor's interrupts, which mideleg can hand on.</summary>
    public const ulong SupervisorMask = 1 << SupervisorSoftware | 1 << SupervisorTimer | 1 << SupervisorExternal;

    /// <summary>The machine's interrupts.</summary>
    public const ulong MachineMask = 1 << MachineSoftware | 1 << MachineTimer | 1 << MachineExternal;

    /// <summary>From the most urgent to the least. Privileged specification, 3.1.9.</summary>
    public static ReadOnlySpan<byte> ByPriority =>
        [MachineExternal, MachineSoftware, MachineTimer, SupervisorExternal, SupervisorSoftware, SupervisorTimer];
}
