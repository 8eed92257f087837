// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <summary>Bits of the system control block. Arm B3.2.</summary>
internal static class SystemControlBits
{
    // SCR.
    public const uint SleepOnExit = 1 << 1;
    public const uint SendEventOnPend = 1 << 4;

    // HFSR.
    public const uint VectorTableFault = 1 << 1;
    public const uint Forced = 1 << 30;
    public const uint DebugEvent = 1u << 31;

    // CFSR.
    public const uint MmfarValid = 1 << 7;
    public const uint BfarValid = 1 << 15;

    // MPU_CTRL.
    public const uint MpuEnable = 1;
    public const uint MpuInHardFault = 2;
    public const uint MpuDefaultMap = 4;
}
