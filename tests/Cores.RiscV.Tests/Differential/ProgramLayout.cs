// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>Where what lies in the memory of QEMU's <c>virt</c> and of a hart of ours: the supervisor, then a slot for each program.</summary>
internal static class ProgramLayout
{
    // The device tree that QEMU makes goes to the last 16 MiB of RAM; the programs stay below.
    public const int RamBytes = 64 << 20;
    public const int UsableBytes = 40 << 20;

    /// <summary>The supervisor's own registers and notes.</summary>
    public const int Context = 0x8000;
    public const int FirstSlot = 0x1_0000;

    public const int SlotBytes = 0x1_0000;
    public const int MaximumPrograms = (UsableBytes - FirstSlot) / SlotBytes;

    // Within a slot. The code's last quarter page is data, so that stores and code meet in a page.
    public const int Code = 0;
    public const int CodeEnd = 0x1C00;
    public const int Data = 0x1C00;

    // Below it entries of PMP and page tables may forbid what they like.
    public const int ProtectedEnd = 0x3800;
    public const int State = 0x4000;
    public const int Log = 0x5000;
    public const int Tables = 0x6000;
    public const int Trampoline = 0xA000;

    // Within the state: what a program begins with, how it is run, and what it ends with.
    public const int InputX = 0, InputF = 0x100, InputFcsr = 0x200;
    public const int Mstatus = 0x210, Entry = 0x218, Satp = 0x220, Medeleg = 0x228, PmpConfig = 0x230, PmpAddress = 0x240;
    public const int Stvec = 0x280, ToPhysical = 0x288, Exit = 0x290;
    public const int OutputX = 0x400, OutputF = 0x500, OutputCsrs = 0x600;
    public const int PmpEntries = 8;

    // Within the log: an entry for each trap.
    public const int LogEntryBytes = 32;
    public const int MaximumTraps = 60;
}
