// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <summary>
/// All architectural state of a processor: a plain struct without pointers. What is not here is a cache.
/// </summary>
/// <remarks>Registers of the private peripherals hold what a read gives unless noted.</remarks>
internal unsafe struct CpuState
{
    /// <summary>r0 to r14; r15 only while an instruction reads it; then zero, and a slot that swallows writes. Must stay the first field.</summary>
    public fixed uint R[18];

    /// <summary>N: bit 31.</summary>
    public uint Negative;

    /// <summary>Z is set when this is zero.</summary>
    public uint NotZero;

    /// <summary>C: 0 or 1.</summary>
    public uint Carry;

    /// <summary>V: bit 31.</summary>
    public uint Overflow;

    /// <summary>s0 to s31; pairs are d0 to d15. Must stay at a multiple of 8 bytes.</summary>
    public fixed uint S[32];

    /// <summary>Q: 0 or 1.</summary>
    public uint Saturated;

    /// <summary>GE: 4 bits.</summary>
    public uint GreaterEqual;

    /// <summary>The next instruction. Exact whenever the processor is not inside a fast handler.</summary>
    public ulong Pc;

    /// <summary>ITSTATE for the next instruction. Arm A7.3.3.</summary>
    public uint It;

    /// <summary>IPSR: the exception being handled.</summary>
    public uint Exception;

    /// <summary>The stack pointer that is not in r13.</summary>
    public uint OtherStackPointer;

    /// <summary>CONTROL.</summary>
    public uint Control;

    public uint Primask;
    public uint Basepri;
    public uint Faultmask;
    public uint Fpscr;

    /// <summary>WFI or WFE has retired and nothing has woken the processor yet.</summary>
    public Waiting Waiting;

    /// <summary>The event register of WFE.</summary>
    public bool Event;

    /// <summary>The processor cannot go on. Arm B1.5.15.</summary>
    public bool LockedUp;

    /// <summary>The local exclusive monitor holds <see cref="ExclusiveAddress"/>.</summary>
    public bool HasExclusive;

    public uint ExclusiveAddress;

    /// <summary>Exceptions by number, 64 in each.</summary>
    public fixed ulong Pending[4];
    public fixed ulong Active[4];
    public fixed ulong Enabled[4];

    /// <summary>The levels of the interrupt inputs, at their exception numbers.</summary>
    public fixed ulong Levels[4];

    /// <summary>The configurable priorities by exception number.</summary>
    public fixed byte Priority[256];

    public uint Vtor;
    public uint PriorityGrouping;
    public uint Scr;
    public uint Ccr;

    /// <summary>The enable bits of SHCSR; the others are in <see cref="Pending"/> and <see cref="Active"/>.</summary>
    public uint Shcsr;

    public uint Cfsr;
    public uint Hfsr;
    public uint Dfsr;
    public uint Mmfar;
    public uint Bfar;
    public uint Cpacr;
    public uint Demcr;
    public uint Actlr;

    public uint Fpccr;
    public uint Fpcar;
    public uint Fpdscr;

    public uint SysTickControl;
    public uint SysTickReload;

    /// <summary>The guest time at which the counter was <see cref="SysTickValue"/>.</summary>
    public ulong SysTickOriginTicks;

    /// <summary>What it held at the origin, or holds while it stands still. Zero: that it got there is told already.</summary>
    public uint SysTickValue;

    public uint DwtControl;

    /// <summary>The cycle counter less the clock's ticks, or the counter itself while it stands still.</summary>
    public uint CycleBase;

    public uint MpuControl;
    public uint MpuRegion;
    public fixed uint MpuBase[16];
    public fixed uint MpuAttributes[16];
}

/// <summary>What the processor waits for.</summary>
internal enum Waiting : byte
{
    No,
    ForInterrupt,
    ForEvent,
}
