// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <summary>What can go wrong, each with its bit in CFSR. Arm B3.2.15.</summary>
internal enum FaultCause : byte
{
    None = 255,

    // MemManage.
    FetchViolation = 0,
    DataViolation = 1,
    UnstackingViolation = 3,
    StackingViolation = 4,
    LazyViolation = 5,

    // BusFault.
    FetchError = 8,
    DataError = 9,
    UnstackingError = 11,
    StackingError = 12,
    LazyError = 13,

    // UsageFault.
    Undefined = 16,
    InvalidState = 17,
    InvalidPc = 18,
    NoCoprocessor = 19,
    Unaligned = 24,
    DivideByZero = 25,

    /// <summary>BKPT without a debugger: HardFault, HFSR.DEBUGEVT.</summary>
    Breakpoint = 32,

    /// <summary>The vector could not be read: HardFault, HFSR.VECTTBL.</summary>
    VectorTable = 33,
}

/// <summary>Exception numbers. Arm B1.5.2.</summary>
internal static class ExceptionNumber
{
    public const int Nmi = 2;
    public const int HardFault = 3;
    public const int MemManage = 4;
    public const int BusFault = 5;
    public const int UsageFault = 6;
    public const int SvCall = 11;
    public const int DebugMonitor = 12;
    public const int PendSv = 14;
    public const int SysTick = 15;
    public const int FirstIrq = 16;
}

/// <summary>Bits of CCR. Arm B3.2.8.</summary>
internal static class ConfigurationControl
{
    public const uint NonBaseThreadEnable = 1 << 0;
    public const uint UserSetPend = 1 << 1;
    public const uint UnalignedTrap = 1 << 3;
    public const uint DivideByZeroTrap = 1 << 4;
    public const uint IgnoreBusFaults = 1 << 8;
    public const uint StackAlign = 1 << 9;
}
